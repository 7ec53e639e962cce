/** Debian's kernel and our initrd, the fixtures of `npm run fixtures`, on a machine. */
import { readFileSync } from 'node:fs';
import { Machine, planBoot, readKernel } from '../src/index.js';

export const fixtures = { kernel: '.cache/linux/Image', initrd: '.cache/linux/initrd.gz' } as const;

/** What /init of the initrd writes first. */
export const LAST_LINE = 'INIT_REACHED';

export interface DebianOptions {
  readonly el: 1 | 2;
  readonly cores: number;
  /** RAM in MiB. */
  readonly mebibytes: number;
  /** The kernel's command line. */
  readonly append: string;
  /** Where rng-seed and kaslr-seed come from. */
  readonly seed: bigint;
}

/** A machine that is ready to boot. */
export function debianMachine({ el, cores, mebibytes, append, seed }: DebianOptions): Machine {
  const machine = new Machine({ cores, ramSize: mebibytes * 2 ** 20, hypervisor: el === 2, epoch: 0 });
  const kernel = {
    name: fixtures.kernel,
    content: readKernel(readFileSync(fixtures.kernel), fixtures.kernel),
  };
  const initrd = { name: fixtures.initrd, bytes: readFileSync(fixtures.initrd) };
  machine.powerUp(planBoot({ kernel, initrd, append, seed }, machine.board));
  return machine;
}
