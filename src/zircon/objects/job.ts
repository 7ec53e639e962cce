/** Jobs: the tree of processes, and the policies they run under. Zircon's docs/objects/job.md. */
import { ObjectType, Policy as Condition, PolicyAction, Rights, Signal, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { Process } from './process.js';
import { Task } from './task.js';
import type { Inspector } from '../state/inspector.js';

/** How deep the tree may be. */
export const JOB_DEPTH_MAX = 32;

/** ZX_POL_* to ZX_POL_ACTION_*; absent: allowed, and children may choose. */
export type Policy = Map<number, number>;

export class Job extends Task {
  readonly type = ObjectType.JOB;
  readonly defaultRights = Rights.JOB;
  readonly jobs = new Set<Job>();
  readonly processes = new Set<Process>();
  /** Decides for the children; a change never reaches those that exist. */
  policy: Policy;
  readonly depth: number;
  killOnOutOfMemory = false;
  /** Killed: takes no children any more. */
  dead = false;

  constructor(
    kernel: Kernel,
    readonly parent: Job | undefined,
  ) {
    super(kernel, Signal.JOB_NO_PROCESSES | Signal.JOB_NO_JOBS);
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.policy = new Map(parent?.policy);
    parent?.addJob(this);
  }

  override get relatedKoid(): number {
    return this.parent?.koid ?? 0;
  }

  /** Whether a child can be added. */
  get acceptsChildren(): number {
    if (this.dead) return Status.BAD_STATE;
    return Status.OK;
  }

  /** OK, BAD_STATE with children, ALREADY_EXISTS where there is no such policy. */
  setPolicy(policy: Policy | undefined): number {
    if (this.jobs.size > 0 || this.processes.size > 0) return Status.BAD_STATE;
    if (policy === undefined) return Status.ALREADY_EXISTS;
    this.policy = policy;
    return Status.OK;
  }

  addJob(job: Job): void {
    this.jobs.add(job);
    this.updateSignals(Signal.JOB_NO_JOBS, 0);
  }
  removeJob(job: Job): void {
    this.jobs.delete(job);
    if (this.jobs.size === 0) this.updateSignals(0, Signal.JOB_NO_JOBS);
    this.maybeGone();
  }
  addProcess(process: Process): void {
    this.processes.add(process);
    this.updateSignals(Signal.JOB_NO_PROCESSES, 0);
  }
  removeProcess(process: Process): void {
    this.processes.delete(process);
    if (this.processes.size === 0) this.updateSignals(0, Signal.JOB_NO_PROCESSES);
    this.maybeGone();
  }

  /** task_kill: everything below goes, and nothing new may come. */
  kill(): void {
    this.dead = true;
    for (const job of [...this.jobs]) job.kill();
    for (const process of [...this.processes]) process.kill();
  }

  /** A job lives while it has handles or children; the root job, which is the kernel's own, for ever. */
  private maybeGone(): void {
    if (this.parent === undefined) return;
    if (this.handleCount > 0 || this.jobs.size > 0 || this.processes.size > 0) return;
    if (!this.kernel.objects.has(this.koid)) return;
    this.destroyed();
    this.parent.removeJob(this);
  }
  override onZeroHandles(): void {
    this.maybeGone();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { parent, depth, policy } = this;
    inspector.ensure(
      depth === (parent === undefined ? 0 : parent.depth + 1),
      'a job is one deeper than its parent',
    );
    inspector.index(depth, JOB_DEPTH_MAX, 'depth');
    for (const job of this.jobs)
      inspector.ensure(job.parent === this && inspector.isThere(job), 'jobs are in their parent');
    for (const process of this.processes) {
      inspector.ensure(process.job === this && inspector.isThere(process), 'processes are in their job');
    }
    if (inspector.isThere(this) && parent !== undefined) {
      inspector.ensure(parent.jobs.has(this) && inspector.isThere(parent), 'a job is in its parent');
    }
    const actions: readonly number[] = Object.values(PolicyAction).flatMap((one) => [
      one,
      one | PolicyAction.EXCEPTION,
    ]);
    for (const [condition, action] of policy) {
      inspector.index(condition, Object.keys(Condition).length, 'a condition of the policy');
      inspector.ensure(actions.includes(action), 'policies have actions');
    }
  }
}
