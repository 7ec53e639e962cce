/** The machines on which the kernel's messages are compared. */
export interface Setup {
  readonly name: string;
  readonly board: 'virt' | 'raspi3b';
  /** Exception level at entry; on QEMU's `virt`, 2 is `virtualization=on`. */
  readonly el: 1 | 2;
  readonly cores: number;
  /** RAM in MiB. */
  readonly mebibytes: number;
  /** The kernel's command line. */
  readonly append: string;
}

/** Messages of every level go to the console, from the first one on. */
const APPEND = 'console=ttyAMA0 ignore_loglevel';

export const setups: readonly Setup[] = [
  { name: 'EL2, 1 core, 1 GiB', board: 'virt', el: 2, cores: 1, mebibytes: 1024, append: APPEND },
  { name: 'EL1, 1 core, 512 MiB', board: 'virt', el: 1, cores: 1, mebibytes: 512, append: APPEND },
  { name: 'EL1, 4 cores, 1 GiB', board: 'virt', el: 1, cores: 4, mebibytes: 1024, append: APPEND },
  {
    name: 'EL2, 8 cores, 3 GiB, no KASLR',
    board: 'virt',
    el: 2,
    cores: 8,
    mebibytes: 3072,
    append: `${APPEND} nokaslr`,
  },
  { name: 'raspi3b', board: 'raspi3b', el: 2, cores: 4, mebibytes: 1024, append: APPEND },
];
