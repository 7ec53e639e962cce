/** What a translator has done. */
import { TALLY } from '../layout.js';

export interface TranslatorStatistics {
  /** Regions made, those of them in use, and dropped since their code changed. */
  regions: number;
  /** How often a region of the run before was put into use. */
  kept: number;
  inUse: number;
  dropped: number;
  /** Guest instructions that were translated, and bytes of WebAssembly made of them. */
  translated: number;
  bytes: number;
  modules: number;
  /** Time for making regions and for compiling them, in ms; 0 without a clock. */
  translation: number;
  compilation: number;
  /** Guest instructions that were executed in regions; the others were interpreted. */
  executed: number;
  /** How often a region was left: for an instruction that the interpreter executes, within its page, otherwise. */
  exits: { original: number; near: number; far: number };
  /** How often a region had the TLB filled. */
  fills: number;
}

export function noStatistics(): TranslatorStatistics {
  return {
    ...{ regions: 0, kept: 0, inUse: 0, dropped: 0, translated: 0, bytes: 0, modules: 0 },
    ...{ translation: 0, compilation: 0, executed: 0, fills: 0 },
    exits: { original: 0, near: 0, far: 0 },
  };
}

/** Brings what generated code has counted into the statistics. */
export function readTally(statistics: TranslatorStatistics, view: DataView): void {
  const { executed, original, near, far } = TALLY;
  const read = (address: number): number => Number(view.getBigUint64(address, true));
  statistics.executed = read(executed);
  statistics.exits = { original: read(original), near: read(near), far: read(far) };
}
