/** The kernel's state in a snapshot of the machine: which classes it is made of, and how it comes back to life. */
import type { Machine, PlainData } from '../../machine/index.js';
import { KernelConsole } from '../hardware/console.js';
import { Cpus } from '../hardware/cpus.js';
import { driversFor } from '../hardware/drivers.js';
import { DebugLog } from '../debug-log.js';
import { ExceptionPorts, ExceptionWait } from '../exceptions/exception-ports.js';
import { ipcClasses } from './ipc-classes.js';
import { Kernel, kernelOf } from '../kernel.js';
import { BusTransactionInitiator } from '../objects/bti.js';
import { Handle, HandleArena, HandleTable } from '../objects/handle.js';
import { Interrupt, InterruptWait } from '../objects/interrupt.js';
import { Iommu } from '../objects/iommu.js';
import { Job } from '../objects/job.js';
import { Log } from '../objects/log.js';
import { PinnedMemoryToken } from '../objects/pinned-memory-token.js';
import { Process } from '../objects/process.js';
import { Profile } from '../objects/profile.js';
import { Resource } from '../objects/resource.js';
import { SuspendToken } from '../objects/suspend-token.js';
import { Thread } from '../objects/thread.js';
import { VmarDispatcher } from '../objects/vmar.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { persist, PersistError, restore, type PersistentClass, type PersistOptions } from './persist.js';
import { OutOfMemory } from '../limits/out-of-memory.js';
import { JobPolicy } from '../limits/policy.js';
import { Random } from '../random.js';
import { Context } from '../sched/context.js';
import { CoreStatistics } from '../sched/core-statistics.js';
import { DebugState } from '../sched/debug-state.js';
import { PerCore, Scheduler } from '../sched/scheduler.js';
import { TimerQueue } from '../sched/timer-queue.js';
import { ConsoleWait } from '../syscalls/log.js';
import { vmClasses, vmTransient } from '../vm/state.js';

/** Every class of which the kernel's state has instances. */
export const stateClasses: readonly PersistentClass[] = [
  ...ipcClasses,
  ...vmClasses,
  BusTransactionInitiator,
  ConsoleWait,
  Context,
  CoreStatistics,
  Cpus,
  DebugLog,
  DebugState,
  ExceptionPorts,
  ExceptionWait,
  Handle,
  HandleArena,
  HandleTable,
  Interrupt,
  InterruptWait,
  Iommu,
  Job,
  JobPolicy,
  Kernel,
  KernelConsole,
  Log,
  OutOfMemory,
  PerCore,
  PinnedMemoryToken,
  Process,
  Profile,
  Random,
  Resource,
  Scheduler,
  SuspendToken,
  Thread,
  TimerQueue,
  VmarDispatcher,
  VmoDispatcher,
];

/** Made anew by `Kernel.attach`, or somebody who only watches. */
const transient = new Set(['Kernel.calls', 'Kernel.watching', ...vmTransient]);

function options(machine: Machine): PersistOptions {
  const { interrupts, uart } = driversFor(machine);
  const externals = new Map<string, object>([
    ['machine', machine],
    ['ram', machine.cluster.ram],
    ['interrupt driver', interrupts],
    ['UART driver', uart],
  ]);
  return { classes: stateClasses, externals, transient };
}

/** The state of the kernel that a machine hosts, or null. Not while the kernel is handling an exception. */
export function saveKernel(machine: Machine): PlainData {
  const kernel = kernelOf(machine);
  return kernel === undefined ? null : persist(kernel, options(machine));
}

/**
 * Has the machine, whose own state is that of the same moment, host the kernel of a saved state.
 * @throws PersistError if there is no kernel in it
 */
export function loadKernel(machine: Machine, data: PlainData): void {
  const kernel = restore(data, options(machine));
  if (!(kernel instanceof Kernel)) throw new PersistError('the state is not that of a kernel');
  kernel.attach();
}
