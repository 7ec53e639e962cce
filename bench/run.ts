/**
 * `npm run bench`: the built package against QEMU on the same machine, in one run, in turn. Status 1 if a target is
 * missed, 2 if something that a part needs is missing.
 *
 *     npm run bench                       everything
 *     npm run bench -- --quick            fewer and shorter runs: figures are rough
 *     npm run bench -- --json F           write the figures to a file, too
 *     npm run bench -- boot loops         some of: boot, loops, memory, heap, zircon
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { requireAll, type Requirement } from '../scripts/requirements.js';
import { checkOutputs, writeOutput } from '../src/cli/files/index.js';
import { bootTimes, type BootedBoard, type BootTimes } from './boot.js';
import { heapProfile, type HeapProfile } from './heap.js';
import { loopSpeeds, type LoopSpeed } from './loops.js';
import { memoryUse, type MemoryUse } from './memory.js';
import { median } from './statistics.js';
import { reportZircon, zirconTimes, type ZirconTimes } from './zircon.js';

const targets = {
  /** Boot time here over QEMU's. */
  bootRatio: { virt: 4, raspi3b: 2.5 },
  /** MiB resident beyond guest RAM. */
  memory: 300,
  /**
   * Bytes for each million of instructions: about four BigInts, as calls of power firmware make a few in a boot. One
   * for each exception would be thousands of bytes.
   */
  bigintBytes: 100,
} as const;

interface Figures {
  readonly host: string;
  readonly node: string;
  readonly qemu: string;
  boot?: Partial<Record<BootedBoard, BootTimes>>;
  loops?: LoopSpeed[];
  memory?: MemoryUse;
  heap?: HeapProfile;
  zircon?: ZirconTimes;
}

/** How much is measured. */
interface Effort {
  readonly runs: number;
  /** Of the loops' iterations. */
  readonly scale: number;
  /** Of the operations of Zircon's services. */
  readonly percent: number;
}
const usual: Effort = { runs: 5, scale: 1, percent: 100 };
const quick: Effort = { runs: 1, scale: 0.25, percent: 20 };

/** What is printed, and whether targets were met. */
class Report {
  met = true;

  line(text: string): void {
    console.log(text);
  }
  target(text: string, met: boolean): void {
    this.met &&= met;
    console.log(`${met ? 'met' : 'MISSED'}: ${text}`);
  }
}

const fixed = (values: readonly number[], digits: number): string =>
  values.map((value) => value.toFixed(digits)).join(' ');

async function benchBoot(figures: Figures, report: Report, { runs }: Effort): Promise<void> {
  figures.boot = {};
  for (const board of ['virt', 'raspi3b'] as const) {
    const times = await bootTimes(board, runs);
    figures.boot[board] = times;
    const { firstlight, qemu, ratio } = times;
    report.line(`\nboot on ${board} to /init, ${runs} runs each, in turn: seconds of wall time`);
    report.line(`  firstlight  median ${median(firstlight).toFixed(2)}  (${fixed(firstlight, 2)})`);
    report.line(`  QEMU        median ${median(qemu).toFixed(2)}  (${fixed(qemu, 2)})`);
    const most = targets.bootRatio[board];
    report.target(`${ratio.toFixed(2)} times QEMU's time, at most ${most}`, ratio <= most);
  }
}

async function benchLoops(figures: Figures, report: Report, { runs, scale }: Effort): Promise<void> {
  figures.loops = await loopSpeeds(runs, scale);
  report.line(`\nloops, medians of ${runs} runs each, in turn: millions of instructions a second`);
  report.line('  loop       instructions  firstlight      QEMU  QEMU / firstlight');
  for (const { program, instructions, firstlight, qemu, ratio } of figures.loops) {
    const numbers = [
      (instructions / 1e6).toFixed(0).padStart(11) + 'M',
      firstlight.toFixed(0).padStart(11),
      qemu.toFixed(0).padStart(9),
      ratio.toFixed(1).padStart(18),
    ];
    report.line(`  ${program.padEnd(10)} ${numbers.join(' ')}`);
  }
}

async function benchMemory(figures: Figures, report: Report): Promise<void> {
  figures.memory = await memoryUse();
  const { peak, guest, beyond } = figures.memory;
  report.line(`\nmemory of a boot with 1 GiB: MiB resident`);
  report.line(`  peak ${peak.toFixed(0)}, of guest RAM ${guest.toFixed(0)}`);
  report.target(
    `${beyond.toFixed(0)} MiB beyond guest RAM, at most ${targets.memory}`,
    beyond <= targets.memory,
  );
}

async function benchHeap(figures: Figures, report: Report): Promise<void> {
  figures.heap = await heapProfile();
  const { instructions, bytes, sites, boundary } = figures.heap;
  const bigint = sites.filter((site) => site.bigint);
  const running = bigint.filter(({ phase }) => phase === 'running');
  report.line(
    `\nJavaScript heap in a boot of ${(instructions / 1e6).toFixed(0)}M instructions: ` +
      `${bytes.toFixed(0)} bytes for each million`,
  );
  const rows = [...sites.slice(0, 12), ...bigint.slice(0, 5)];
  report.line('     bytes  phase     function');
  for (const site of new Set([...rows, ...running])) {
    const mark = site.bigint ? '  (handles BigInts)' : '';
    report.line(`  ${site.bytes.toFixed(0).padStart(8)}  ${site.phase.padEnd(8)}  ${site.site}${mark}`);
  }
  const total = running.reduce((sum, site) => sum + site.bytes, 0);
  report.target(
    `${total.toFixed(0)} bytes by functions that handle BigInts while code runs, at most ${targets.bigintBytes}`,
    total <= targets.bigintBytes,
  );
  report.target(
    `64-bit integers between generated code and JavaScript: ${boundary.join(', ') || 'none'}`,
    boundary.length === 0,
  );
}

async function benchZircon(figures: Figures, report: Report, { runs, percent }: Effort): Promise<void> {
  figures.zircon = await zirconTimes(runs, percent);
  reportZircon(
    figures.zircon,
    (text) => report.line(text),
    (text, met) => report.target(text, met),
  );
}

interface Part {
  readonly needs: readonly Requirement[];
  run(figures: Figures, report: Report, effort: Effort): Promise<void>;
}

/** By name, in their order. */
const parts: Readonly<Record<string, Part>> = {
  boot: { needs: ['fixtures'], run: benchBoot },
  loops: { needs: ['clang', 'ld.lld'], run: benchLoops },
  memory: { needs: ['fixtures'], run: benchMemory },
  heap: { needs: ['fixtures'], run: benchHeap },
  zircon: { needs: ['fixtures', 'clang', 'ld.lld'], run: benchZircon },
};

/** Runs these parts and writes the figures to a file where one is given; true if all targets were met. */
async function bench(names: readonly string[], effort: Effort, json: string | undefined): Promise<boolean> {
  const version = execFileSync('qemu-system-aarch64', ['--version'], { encoding: 'utf8' });
  const figures: Figures = {
    host: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    qemu: version.split('\n')[0],
  };
  const report = new Report();
  report.line(`${figures.host}; Node ${figures.node}; ${figures.qemu}`);
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  for (const name of names) await parts[name].run(figures, report, effort);
  if (json !== undefined) writeOutput(json, `${JSON.stringify(figures, null, 2)}\n`);
  return report.met;
}

function wrongUse(line: string): never {
  console.error(`bench: ${line}`);
  process.exit(2);
}

/** What the command line asks for. */
function request(): { names: string[]; effort: Effort; json: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
      allowPositionals: true,
    });
    const unknown = positionals.find((name) => !(name in parts));
    if (unknown !== undefined)
      throw new TypeError(`'${unknown}' is not one of ${Object.keys(parts).join(', ')}`);
    if (values.json !== undefined) checkOutputs([{ option: '--json', path: values.json }], []);
    const names = Object.keys(parts).filter((name) => positionals.length === 0 || positionals.includes(name));
    return { names, effort: values.quick ? quick : usual, json: values.json };
  } catch (error) {
    return wrongUse(error instanceof Error ? error.message : String(error));
  }
}

const { names, effort, json } = request();
requireAll('bench', ['qemu-system-aarch64', ...names.flatMap((name) => parts[name].needs)]);
process.exitCode = (await bench(names, effort, json)) ? 0 : 1;
