/** The machines whose boots must come out the same each time. */
export interface Setup {
  readonly el: 1 | 2;
  readonly cores: number;
  /** Where random values of the boot come from. */
  readonly seed: number;
}

export const setups: readonly Setup[] = [
  { el: 1, cores: 1, seed: 7 },
  { el: 2, cores: 4, seed: 0 },
];

export const APPEND = 'console=ttyAMA0';
