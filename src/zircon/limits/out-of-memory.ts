/**
 * What happens when memory runs short: jobs that have ZX_PROP_JOB_KILL_ON_OOM set are killed, the newest first, one at a
 * time. Without any, whoever gets no page has its exception. Zircon's docs/oom.md, docs/kernel_cmdline.md.
 */
import { shownName } from '../../images/index.js';
import { numericOption, optionValue } from '../command-line.js';
import type { Kernel } from '../kernel.js';
import { Job } from '../objects/job.js';
import type { Process } from '../objects/process.js';
import { PAGE_SIZE } from '../vm/layout.js';
import type { Signed } from '../state/field-types.js';

const MEBIBYTE = 2 ** 20;
/** kernel.oom.redline-mb unless given; never more than this part of RAM. */
const REDLINE = 50 * MEBIBYTE;
const REDLINE_PART = 16;
/** kernel.oom.sleep-sec unless given. */
const SLEEP = 1;

export class OutOfMemory {
  /** Free pages below which memory is short; -1 with kernel.oom.enable=false. */
  private readonly redline: Signed;
  /** Virtual ns between two looks. */
  private readonly sleep: number;
  private nextLook = 0;

  constructor(private readonly kernel: Kernel) {
    const { commandLine } = kernel;
    const part = (kernel.vm.pages.total * PAGE_SIZE) / REDLINE_PART;
    const redline = numericOption(commandLine, 'kernel.oom.redline-mb');
    const bytes = redline === undefined ? Math.min(REDLINE, part) : redline * MEBIBYTE;
    const isEnabled =
      optionValue(commandLine, 'kernel.oom.enable') === undefined || kernel.hasOption('kernel.oom.enable');
    this.redline = isEnabled ? Math.ceil(bytes / PAGE_SIZE) : -1;
    this.sleep = (numericOption(commandLine, 'kernel.oom.sleep-sec') ?? SLEEP) * 1e9;
  }

  get isEnabled(): boolean {
    return this.redline >= 0;
  }
  /** Free bytes below which memory is short; 0 if nobody looks. */
  get redlineBytes(): number {
    return Math.max(0, this.redline) * PAGE_SIZE;
  }
  get sleepMilliseconds(): number {
    return this.sleep / 1e6;
  }

  /** Looks at the free memory: on every way out of the kernel. */
  check(): void {
    const { kernel } = this;
    if (kernel.vm.pages.available >= this.redline || kernel.now < this.nextLook) return;
    this.nextLook = kernel.now + this.sleep;
    const jobs = [...kernel.objects.values()].filter((object) => object instanceof Job);
    const job = jobs.findLast(
      (candidate) => candidate.killOnOutOfMemory && processesOf(candidate).length > 0,
    );
    if (job === undefined) return;
    this.tell(job);
    job.kill();
  }

  private tell(job: Job): void {
    const { log, vm } = this.kernel;
    const { available, total } = vm.pages;
    const mebibytes = (pages: number): string => `${((pages * PAGE_SIZE) / MEBIBYTE).toFixed(1)}M`;
    log.print(`OOM: ${mebibytes(available)} free / ${mebibytes(total)} total`);
    log.print(`OOM:   *KILL* job ${job.koid} '${shownName(job.name)}'`);
    for (const process of processesOf(job))
      log.print(`OOM:        + proc ${process.koid} '${shownName(process.name)}'`);
  }
}

/** Those in a job and in the jobs below it. */
function processesOf(job: Job): Process[] {
  return [...job.processes, ...[...job.jobs].flatMap(processesOf)];
}
