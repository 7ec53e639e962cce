/** The kernel's state in a snapshot of the machine: how it is written down, and how it comes back to life. */
import type { Machine, PlainData } from '../../machine/index.js';
import { driversFor } from '../hardware/drivers.js';
import { startAnewAtReset } from '../boot.js';
import { Kernel, kernelOf } from '../kernel.js';
import { Inspector } from './inspector.js';
import { persist, PersistError, restore, schemaText, type PersistOptions } from './persist.js';
import { stateClasses, type ExternalName } from './schema.js';

/** Says of which classes and fields the state is made: it changes when they do. */
export const kernelSchema = (): string => schemaText(stateClasses);

/** How the state of a machine's kernel is written down and read. */
export function persistOptions(machine: Machine): PersistOptions {
  const { interrupts, uart } = driversFor(machine);
  const externals: Readonly<Record<ExternalName, object>> = {
    Machine: machine,
    GuestRam: machine.cluster.ram,
    InterruptDriver: interrupts,
    UartDriver: uart,
  };
  return { classes: stateClasses, externals };
}

/** The state of the kernel that a machine hosts, or null. Not while the kernel is handling an exception. */
export function saveKernel(machine: Machine): PlainData {
  const kernel = kernelOf(machine);
  return kernel === undefined ? null : persist(kernel, persistOptions(machine));
}

/** Classes of which a kernel has one object each. */
const single = [
  ...[
    'Cpus',
    'DebugLog',
    'ExceptionPorts',
    'FireTimes',
    'FutexTable',
    'HandleArena',
    'Ipc',
    'JobPolicy',
    'Kernel',
  ],
  ...[
    'KernelConsole',
    'KernelTrace',
    'OutOfMemory',
    'PageAllocator',
    'Random',
    'Scheduler',
    'TraceBuffer',
    'VirtualMemory',
  ],
] as const satisfies readonly (keyof typeof stateClasses)[];

/**
 * Has the machine, whose own state and memory are those of the same moment, host the kernel of a saved state.
 * @throws PersistError if there is no kernel in it, or not one that can be; the machine hosts none then
 */
export function loadKernel(machine: Machine, data: PlainData): void {
  const objects = restore(data, persistOptions(machine));
  const [kernel] = objects;
  if (!(kernel instanceof Kernel)) throw new PersistError('the state is not that of a kernel');
  for (const name of single) {
    const { prototype } = stateClasses[name].type;
    const all = objects.filter((object) => Object.getPrototypeOf(object) === prototype);
    if (all.length !== 1) throw new PersistError(`expected one ${name}, found ${all.length}`);
  }
  new Inspector(kernel).inspect(objects, nameOf);
  kernel.attach();
  startAnewAtReset(machine);
}

function nameOf(object: object, id: number): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  const [name] = Object.entries(stateClasses).find(([, { type }]) => type.prototype === prototype) ?? [
    'object',
  ];
  return `${name} (object ${id})`;
}
