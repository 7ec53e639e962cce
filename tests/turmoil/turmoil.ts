/**
 * A machine in turmoil, several times over: each with an executor of its own, the same otherwise. They run in pieces of
 * random length; between them somebody outside writes code and data, sets and clears stops, moves cores, saves and
 * restores. After each piece all of them must be in the same state.
 */
import {
  Cluster,
  coreModels,
  type RunResult,
  type Stop,
  type Tier,
  type TierHost,
} from '../../src/engine/index.js';
import { emptyBoard } from '../../src/engine/test-cluster.js';
import { registerNamed } from '../../src/isa/index.js';
import { Random } from '../cases/random.js';
import { differences } from '../lockstep/differences.js';
import { randomCode } from './code.js';
import { handler } from './handler.js';
import {
  CODE,
  CODE_PAGES,
  CODE_WINDOWS,
  DATA_PAGES,
  dataAddress,
  MAIR,
  PAGE,
  RAM,
  RAM_SIZE,
  TCR,
  TTBR0,
  VECTORS,
  writeTables,
} from './layout.js';

export type TierOf = (host: TierHost) => Tier;

const CODE_BYTES = CODE_PAGES * PAGE;
/** SCTLR_EL1 with its RES1 bits, MMU, caches, SP alignment checks; EL0 may use DC, IC and DC ZVA. */
const SCTLR = 0x30d0_0800n | 0x1005n | (1n << 26n) | (1n << 14n) | (1n << 15n) | 0x18n;

const registers: readonly (readonly [name: string, value: bigint])[] = [
  ['MAIR_EL1', MAIR],
  ['TCR_EL1', TCR],
  ['TTBR0_EL1', TTBR0[0]],
  ['TTBR1_EL1', TTBR0[1]],
  ['VBAR_EL1', BigInt(VECTORS)],
  ['CNTKCTL_EL1', 3n],
  ['CNTV_CTL_EL0', 1n],
  ['CPACR_EL1', 0x30_0000n],
  ['OSLAR_EL1', 0n],
  ['SCTLR_EL1', SCTLR],
];

class Subject {
  readonly cluster: Cluster;
  private readonly stops = new Map<number, () => void>();

  constructor(cores: number, tierOf: TierOf) {
    const cluster = new Cluster(
      {
        ...{ cores, model: coreModels['cortex-a53'], el2: false, el3: false },
        ...{ counterFrequency: 62_500_000, peripheralBase: 0, ramBase: RAM, ramSize: RAM_SIZE },
      },
      tierOf,
    );
    cluster.connect({
      ...emptyBoard(),
      timerLine: (core, timer, level) => {
        if (timer === 'virtual') cluster.cores[core].setLine('irq', level);
      },
    });
    this.cluster = cluster;
  }

  /** Puts everything where it belongs, and each core somewhere into the code. */
  start(code: Uint8Array, data: Uint8Array, seed: number): void {
    const { cluster } = this;
    const tables = new Uint8Array(CODE - RAM);
    tables.set(handler);
    writeTables(new DataView(tables.buffer));
    cluster.ram.write(0, tables);
    cluster.ram.write(CODE - RAM, code);
    cluster.ram.write(CODE - RAM + 0x1_0000, data);
    for (const core of cluster.cores) {
      const state = cluster.powerOn(core.index, BigInt(CODE_WINDOWS[0]), 1);
      for (const [name, value] of [...registers, ['TPIDR_EL1', BigInt(seed + core.index)] as const]) {
        const { op0, op1, CRn, CRm, op2 } = registerNamed(name)!;
        const operands = (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
        state.setX(0, value);
        core.system.system((0xd500_0000 | operands) >>> 0);
      }
    }
  }

  run(instructions: number): { readonly reason: RunResult; readonly stop: Stop['kind'] | undefined } {
    const reason = this.cluster.run(instructions);
    return { reason, stop: this.cluster.stops.reached?.kind };
  }

  breakAt(number: number, address: bigint, space: 'virtual' | 'physical'): void {
    this.clear(number);
    this.stops.set(number, this.cluster.stops.addBreakpoint({ space, address }));
  }
  watch(number: number, address: bigint, length: number): void {
    this.clear(number);
    const kind = { space: 'virtual', address, length, access: 'access' } as const;
    this.stops.set(number, this.cluster.stops.addWatchpoint(kind));
  }
  clear(number: number): void {
    this.stops.get(number)?.();
    this.stops.delete(number);
  }
}

export interface TurmoilOptions {
  readonly seed: number;
  readonly cores: number;
  /** Pieces that are run. */
  readonly pieces: number;
  /** Instructions of the longest. */
  readonly longest: number;
  /** The piece that is the last, and its length. */
  readonly cut?: { readonly piece: number; readonly length: number };
}

/** Where they first differ, and how. */
export interface Disagreement {
  readonly piece: number;
  readonly length: number;
  readonly lines: readonly string[];
}

/** What is done to every subject between two pieces. */
type Deed = (subject: Subject) => void;

export class Turmoil {
  private readonly random: Random;
  private readonly subjects: readonly Subject[];

  /** The first tier is the one that the others are compared with. */
  constructor(
    private readonly options: TurmoilOptions,
    tiers: readonly TierOf[],
  ) {
    this.random = new Random(options.seed);
    this.subjects = tiers.map((tierOf) => new Subject(options.cores, tierOf));
  }

  run(): Disagreement | undefined {
    const { random, subjects, options } = this;
    const code = new Uint8Array(randomCode(random, CODE_BYTES / 4).buffer);
    const data = new Uint8Array(DATA_PAGES * PAGE).map(() => random.below(256));
    for (const subject of subjects) subject.start(code, data, options.seed);
    for (let piece = 0; piece < options.pieces; piece++) {
      const drawn = this.length();
      const length = piece === options.cut?.piece ? options.cut.length : drawn;
      const before = subjects[0].cluster.instructions;
      const places = subjects[0].cluster.cores.map(({ registers: { pc } }) => pc.toString(16));
      const results = subjects.map((subject) => subject.run(length));
      for (const [i, result] of results.entries()) {
        const found = this.differences(i, results[0], result);
        if (found.length === 0) continue;
        const where = `executor ${i}, piece ${piece} of ${length} from instruction ${before}, at ${places.join()}`;
        return { piece, length, lines: [where, ...found] };
      }
      if (piece === options.cut?.piece) return undefined;
      const deed = this.deed(results[0].reason);
      if (deed !== undefined) subjects.forEach(deed);
      if (random.oneIn(40)) subjects.forEach((subject, i) => i > 0 && restore(subject));
    }
    return undefined;
  }

  private length(): number {
    const { random, options } = this;
    const most = random.pick([3, 60, 1100, 3000, options.longest]);
    return 1 + random.below(Math.min(most, options.longest));
  }

  private deed(reason: RunResult): Deed | undefined {
    const { random } = this;
    const place = CODE_WINDOWS[random.below(3)] + random.below(CODE_BYTES / 4) * 4;
    const core = random.below(this.options.cores);
    switch (random.below(reason === 'limit' ? 24 : 12)) {
      case 0: {
        const bytes = new Uint8Array(randomCode(random, 1 + random.below(random.oneIn(4) ? 100 : 6)).buffer);
        const at = CODE - RAM + random.below((CODE_BYTES - bytes.length) / 4) * 4;
        return ({ cluster }) => cluster.ram.write(at, bytes);
      }
      case 1: {
        const bytes = Uint8Array.from({ length: 1 + random.below(64) }, () => random.below(256));
        const at = CODE - RAM + 0x1_0000 + random.below(DATA_PAGES * PAGE - 64);
        return ({ cluster }) => cluster.ram.write(at, bytes);
      }
      case 2:
      case 3: {
        const number = random.below(4);
        if (random.oneIn(2)) return (subject) => subject.breakAt(number, BigInt(place), 'virtual');
        const physical = CODE + random.below(CODE_BYTES / 4) * 4;
        return (subject) => subject.breakAt(number, BigInt(physical), 'physical');
      }
      case 4: {
        const [address, bytes] = [dataAddress(random), 1 + random.below(16)];
        return (subject) => subject.watch(4, BigInt(address), bytes);
      }
      case 5:
      case 6:
      case 7: {
        const number = random.below(5);
        return (subject) => subject.clear(number);
      }
      case 8:
      case 9: {
        return ({ cluster }) => {
          const { registers: own } = cluster.cores[core];
          own.pc = BigInt(place);
          own.setX(26, BigInt(place & ~0xfff));
        };
      }
      case 10: {
        const [number, value] = [random.below(16), random.long()];
        return ({ cluster }) => cluster.cores[core].registers.setX(number, value);
      }
      default:
        return undefined;
    }
  }

  private differences(number: number, expected: unknown, result: unknown): string[] {
    if (number === 0) return [];
    const [first, other] = [this.subjects[0].cluster, this.subjects[number].cluster];
    const found: string[] = [];
    if (JSON.stringify(expected) !== JSON.stringify(result))
      found.push(`end: ${JSON.stringify(expected)}, here ${JSON.stringify(result)}`);
    const [{ cores: a, ...one }, { cores: b, ...another }] = [first.save(), other.save()];
    if (JSON.stringify(one) !== JSON.stringify(another))
      found.push(`cluster: ${JSON.stringify(one)}, here ${JSON.stringify(another)}`);
    const data = new Uint8Array(8);
    for (const [core, state] of a.entries()) {
      for (const { what, reference, tried } of differences(
        { reason: 'limit', core: state, data },
        { reason: 'limit', core: b[core], data },
      ))
        found.push(`core ${core} ${what}: ${reference}, here ${tried}`);
    }
    const [ram, otherRam] = [first, other].map((cluster) => cluster.ram.read(0, RAM_SIZE));
    if (Buffer.compare(ram, otherRam) !== 0) {
      const at = ram.findIndex((byte, i) => byte !== otherRam[i]);
      found.push(`RAM at 0x${(RAM + at).toString(16)}: ${ram[at]}, here ${otherRam[at]}`);
    }
    return found;
  }
}

/** To where it is. */
function restore({ cluster }: Subject): void {
  cluster.load(cluster.save());
}
