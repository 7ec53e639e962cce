/** The machines that run the set: each boots once, runs a plan, and switches itself off. */
import {
  firstlight,
  fixtures,
  qemu,
  timeLines,
  type Clock,
  type Command,
  type Engine,
} from '../processes.js';
import { MarkError, MarkReader, type Passes } from './marks.js';

export interface SetMachine {
  /** As reports call it. */
  readonly name: string;
  /** Runs an initramfs until the machine is off; `hear` gets each line of the console, and when it came, in ms. */
  run(initramfs: string, hear: (line: string, at: number) => void, clock: Clock): Promise<void>;
}

/** A machine that is a process with the console as its output. */
export const processMachine = (name: string, command: (initramfs: string) => Command): SetMachine => ({
  name,
  run: (initramfs, hear, clock) => timeLines(command(initramfs), hear, clock),
});

const linux = (initramfs: string): string[] => ['--kernel', fixtures.kernel, '--initrd', initramfs];

/** The kernel says nothing between the marks. */
const append = (console: string): string => `console=${console} quiet loglevel=0`;
export const APPEND = append('ttyAMA0');
export const APPEND_I386 = append('ttyS0');

export const here = (engine?: Engine): SetMachine =>
  processMachine('firstlight', (initramfs) =>
    firstlight(['--quiet', ...linux(initramfs), '--append', APPEND], engine),
  );

export const onQemu = processMachine('QEMU', (initramfs) => {
  const boot = ['-kernel', fixtures.kernel, '-initrd', initramfs, '-append', APPEND];
  return qemu('virt,virtualization=on', ...boot, '-serial', 'stdio');
});

/** Runs a plan to its end. @throws MarkError, which names the machine */
export async function runPlan(machine: SetMachine, initramfs: string, clock: Clock): Promise<Passes> {
  const reader = new MarkReader();
  await machine.run(initramfs, (line, at) => reader.hear(line, at), clock);
  try {
    return reader.finish();
  } catch (error) {
    if (error instanceof MarkError) throw new MarkError(`${machine.name}: ${error.message}`);
    throw error;
  }
}
