/** Debian's kernel and our initrd, the fixtures of `npm run fixtures`, on a machine. */
import { readFileSync } from 'node:fs';
import { Machine, planBoot, readFdt, readKernel } from '../src/index.js';

export const fixtures = {
  kernel: '.cache/linux/Image',
  initrd: '.cache/linux/initrd.gz',
  raspi3b: '.cache/linux/dtbs/broadcom/bcm2837-rpi-3-b.dtb',
} as const;

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
  machine.powerUp(planBoot({ ...debian(), append, seed }, machine.board));
  return machine;
}

/** A Raspberry Pi 3 that is ready to boot, with its devicetree. */
export function debianRaspi3b({ append, seed }: Pick<DebianOptions, 'append' | 'seed'>): Machine {
  const machine = new Machine({ board: 'raspi3b', epoch: 0, seed });
  const bytes = readFileSync(fixtures.raspi3b);
  const devicetree = { name: fixtures.raspi3b, tree: readFdt(bytes, fixtures.raspi3b), size: bytes.length };
  machine.powerUp(planBoot({ ...debian(), devicetree, append, seed }, machine.board));
  return machine;
}

const debian = () => ({
  kernel: { name: fixtures.kernel, content: readKernel(readFileSync(fixtures.kernel), fixtures.kernel) },
  initrd: { name: fixtures.initrd, bytes: readFileSync(fixtures.initrd) },
});
