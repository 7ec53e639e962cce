/** The kernel's state in a snapshot of the machine: how it is written down, and how it comes back to life. */
import type { Machine, PlainData } from '../../machine/index.js';
import { driversFor } from '../hardware/drivers.js';
import { Kernel, kernelOf } from '../kernel.js';
import { persist, PersistError, restore, schemaText, type PersistOptions } from './persist.js';
import { stateClasses, type ExternalName } from './schema.js';

/** Says of which classes and fields the state is made: it changes when they do. */
export const kernelSchema = schemaText(stateClasses);

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

/**
 * Has the machine, whose own state and memory are those of the same moment, host the kernel of a saved state.
 * @throws PersistError if there is no kernel in it, or not one that can be
 */
export function loadKernel(machine: Machine, data: PlainData): void {
  const [kernel] = restore(data, persistOptions(machine));
  if (!(kernel instanceof Kernel)) throw new PersistError('the state is not that of a kernel');
  kernel.attach();
}
