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
  command(initramfs: string): Command;
}

const linux = (initramfs: string): string[] => ['--kernel', fixtures.kernel, '--initrd', initramfs];

/** The kernel says nothing between the marks. */
const append = (console: string): string => `console=${console} quiet loglevel=0`;
export const APPEND = append('ttyAMA0');
export const APPEND_I386 = append('ttyS0');

export const here = (engine?: Engine): SetMachine => ({
  name: 'firstlight',
  command: (initramfs) => firstlight(['--quiet', ...linux(initramfs), '--append', APPEND], engine),
});

export const onQemu: SetMachine = {
  name: 'QEMU',
  command: (initramfs) => {
    const boot = ['-kernel', fixtures.kernel, '-initrd', initramfs, '-append', APPEND];
    return qemu('virt', ...boot, '-serial', 'stdio');
  },
};

/** Runs a plan to its end. @throws MarkError, which names the machine */
export async function runPlan(machine: SetMachine, initramfs: string, clock: Clock): Promise<Passes> {
  const reader = new MarkReader();
  await timeLines(machine.command(initramfs), (line, at) => reader.hear(line, at), clock);
  try {
    return reader.finish();
  } catch (error) {
    if (error instanceof MarkError) throw new MarkError(`${machine.name}: ${error.message}`);
    throw error;
  }
}
