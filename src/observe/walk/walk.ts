/**
 * A whole walk: steps through the machine, folds loops or gathers regions, and gives on what somebody writes. Nothing
 * grows with its length.
 */
import type { Machine } from '../../machine/index.js';
import type { GuestSymbols } from '../symbols/index.js';
import { CallGatherer } from './calls.js';
import { LoopFolder } from './loops.js';
import { Places, segmentName } from './places.js';
import { RegionGatherer } from './regions.js';
import type { LiveMap, Start, Take } from './step.js';
import { Walker } from './walker.js';

export interface WalkOptions {
  readonly by: 'instruction' | 'region';
  readonly symbols: GuestSymbols;
  /** Calls deeper than so many are told as one item each; all are looked into unless given. */
  readonly depth?: number | undefined;
  /** The cores that are told of; the others execute unseen. All unless given. */
  readonly cores?: readonly number[] | undefined;
}

export interface WalkLimits {
  /** Instructions that have been told of. */
  readonly told?: number;
  /** Instructions that all cores have executed. */
  readonly instructions?: number;
}

export class Walk {
  private readonly walker: Walker;
  private readonly calls: CallGatherer;
  private readonly gatherer: LoopFolder | RegionGatherer;
  /** Instructions that have been told of. */
  told = 0;

  constructor(
    private readonly machine: Machine,
    private readonly options: WalkOptions,
    private readonly take: Take,
  ) {
    this.walker = new Walker(machine, new Places(machine, options.symbols));
    this.gatherer = options.by === 'region' ? new RegionGatherer(take) : new LoopFolder(take);
    const { depth = Infinity } = options;
    this.calls = new CallGatherer(depth, (item) => this.gatherer.push(item));
    take(startOf(machine, this.walker.firstMaps));
  }

  /** Walks so many steps, or less where one of the limits is reached; false where the machine has stopped before that. */
  steps(count: number, { told = Infinity, instructions = Infinity }: WalkLimits = {}): boolean {
    const { cores } = this.options;
    for (let i = 0; i < count && this.told < told && this.machine.instructions < instructions; i++) {
      const step = this.walker.step();
      if (step === undefined) return false;
      if (cores !== undefined && !cores.includes(step.core)) continue;
      this.calls.push(step);
      this.told++;
    }
    return true;
  }

  /** Why the machine has stopped; undefined if it has not. */
  get ending() {
    return this.walker.ending;
  }

  /** Gives on what is left. */
  end(reason: string): void {
    this.walker.stop();
    this.calls.flush();
    this.gatherer.flush();
    this.take({ kind: 'end', reason, instruction: this.machine.instructions });
  }
}

function startOf(machine: Machine, maps: readonly LiveMap[]): Start {
  const { options, board } = machine;
  const segments = machine.firmware?.segments ?? [];
  return {
    ...{ kind: 'start', board: board.name, cores: machine.cores, cpu: options.cpu },
    ram: board.ram,
    segments: segments.map(({ name = '', address, bytes, size = bytes.length }) => ({
      name: segmentName(name) || 'boot image',
      address,
      size,
    })),
    maps,
    instruction: machine.instructions,
  };
}
