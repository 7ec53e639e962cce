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
  readonly engine: string;
}

export function statistics(
  machine: Machine,
  ending: Ending,
  wallSeconds: number,
  before: number,
): Statistics {
  const instructions = machine.instructions - before;
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
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
    engine: 'interpreter',
  };
}
