/** The figures that `--stats` writes. */
import type { Ending } from '../../host/index.js';
import type { Level } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';

export interface Statistics {
  /** How the run ended. */
  readonly exit: Ending['kind'];
  /** Executed in this run, by all cores together. */
  readonly instructions: number;
  readonly wall_seconds: number;
  /** Virtual time since the machine was switched on. */
  readonly guest_seconds: number;
  /** Millions of instructions a second of wall time. */
  readonly mips: number;
  readonly machine: {
    readonly board: string;
    readonly cores: number;
    readonly ram: number;
    readonly el: Level;
    /** That it was made with. */
    readonly instructions_per_second: number;
  };
  readonly engine: EngineFigures;
}

/** What executed the instructions. */
export type EngineFigures = { readonly name: 'interpreter' } | TranslatorFigures;

export interface TranslatorFigures {
  readonly name: 'translator';
  /** Regions of guest code that were translated; of them in use at the end, and dropped since their code changed. */
  readonly regions: number;
  readonly regions_kept: number;
  readonly regions_in_use: number;
  readonly regions_dropped: number;
  /** Guest instructions in them, the modules that they are in, and what these take. */
  readonly translated_instructions: number;
  readonly modules: number;
  readonly wasm_bytes: number;
  readonly translation_seconds: number;
  readonly compilation_seconds: number;
  /** Shares of the instructions executed. */
  readonly share: { readonly translator: number; readonly interpreter: number };
  /**
   * How often regions were left: for an instruction that the host is needed for, for others of the same page, for another
   * page or an address that only then was known.
   */
  readonly exits: { readonly host: number; readonly page: number; readonly elsewhere: number };
  /** How often a region had an address translated that was not in the TLB. */
  readonly tlb_fills: number;
}

export function statistics(
  machine: Machine,
  ending: Ending,
  wallSeconds: number,
  before: number,
): Statistics {
  const instructions = machine.instructions - before;
  return {
    exit: ending.kind,
    instructions,
    wall_seconds: round(wallSeconds, 3),
    guest_seconds: round(machine.now / 1e9, 9),
    mips: round(instructions / wallSeconds / 1e6, 1),
    machine: {
      board: machine.board.name,
      cores: machine.cores,
      ram: machine.options.ramSize,
      el: machine.highestLevel,
      instructions_per_second: machine.options.instructionsPerSecond,
    },
    engine: engineFigures(machine, instructions),
  };
}

function engineFigures({ cluster: { translation } }: Machine, instructions: number): EngineFigures {
  if (translation === undefined) return { name: 'interpreter' };
  const share = instructions === 0 ? 0 : translation.executed / instructions;
  return {
    name: 'translator',
    regions: translation.regions,
    regions_kept: translation.kept,
    regions_in_use: translation.inUse,
    regions_dropped: translation.dropped,
    translated_instructions: translation.translated,
    modules: translation.modules,
    wasm_bytes: translation.bytes,
    translation_seconds: round(translation.translation / 1000, 3),
    compilation_seconds: round(translation.compilation / 1000, 3),
    share: { translator: round(share, 4), interpreter: round(1 - share, 4) },
    exits: {
      host: translation.exits.original,
      page: translation.exits.near,
      elsewhere: translation.exits.far,
    },
    tlb_fills: translation.fills,
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
