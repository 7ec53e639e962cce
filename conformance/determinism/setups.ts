/** The machines whose boots must come out the same each time. */
export interface Setup {
  readonly board: 'virt' | 'raspi3b';
  /** Of the kernel. */
  readonly el: 1 | 2;
  readonly cores: number;
  /** Where random values of the boot come from. */
  readonly seed: number;
}

export const setups: readonly Setup[] = [
  { board: 'virt', el: 1, cores: 1, seed: 7 },
  { board: 'virt', el: 1, cores: 2, seed: 1 },
  { board: 'virt', el: 2, cores: 4, seed: 0 },
  { board: 'raspi3b', el: 2, cores: 4, seed: 3 },
];

export const APPEND = 'console=ttyAMA0';

export const setupName = ({ board, el, cores, seed }: Setup): string =>
  `${board}, EL${el}, ${cores} cores, seed ${seed}`;
