/** The threads of a hosted kernel, and what each is at. */
import type { Machine } from '../../machine/index.js';
import { BlockedState, kernelOf, syscalls, Thread } from '../../zircon/index.js';

export interface ThreadState {
  readonly process: string;
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  /** For example `blocked in port_wait`. */
  readonly state: string;
}

/** All threads that have begun and not ended, by koid; none where no kernel is hosted. */
export function hostedThreads(machine: Machine): ThreadState[] {
  const kernel = kernelOf(machine);
  if (kernel === undefined) return [];
  const threads = [...kernel.objects.values()].filter(
    (each) => each instanceof Thread && each.life === 'alive',
  );
  return (threads as Thread[]).map((thread) => ({
    process: thread.process.name,
    pid: thread.process.koid,
    tid: thread.koid,
    name: thread.name,
    state: kernel.scheduler.isOnCore(thread) ? `on cpu${thread.core}` : stateOf(thread),
  }));
}

function stateOf({ wait, suspensions, callNumber }: Thread): string {
  if (wait?.state === BlockedState.EXCEPTION) return 'stopped by an exception';
  if (suspensions > 0) return 'suspended';
  return wait === undefined ? 'ready to run' : `blocked in ${syscalls[callNumber].name}`;
}
