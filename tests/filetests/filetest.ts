/**
 * Filetests: one text file a case, which says what instructions become on their way, and what they do.
 *
 *     # What it shows.
 *     [code]
 *     subs x1, x1, #1
 *     b.ne #-4
 *     b #0
 *     [bound 0x0]          the bound recording of the instruction there
 *     [region of 200]      the region from the start, of at most so many instructions
 *     [run 2000]           so many instructions, from registers that are given
 *     x1 = 0x5
 *     [ends]               what is not as it began: registers, flags, PC from the start, 8 bytes of data
 *
 * What follows a heading in brackets is the file's own for `code` and `run`, and made for the others: `vitest -u` writes it.
 */
import { print } from '../../src/engine/ir/print.js';
import { Cluster, type Tier, type TierHost } from '../../src/engine/index.js';
import { emptyBoard, TEST_RAM, testOptions } from '../../src/engine/test-cluster.js';
import { instructionOf } from '../../src/engine/translator/instruction.js';
import { discover, PAGE_WORDS } from '../../src/engine/translator/region.js';
import { nestText } from '../../src/engine/translator/region-text.js';
import { assemble } from '../../src/isa/index.js';

/** Data, from the start of the code in bytes; X28 holds its address. */
const DATA = 0x8000;
const DATA_BYTES = 0x100;

interface Section {
  /** Without brackets. */
  readonly heading: string;
  readonly lines: readonly string[];
}

export class Filetest {
  private readonly comment: readonly string[];
  private readonly sections: readonly Section[];
  private readonly words: readonly number[];

  /** Throws SyntaxError or AssemblyError for what is no filetest. */
  constructor(text: string) {
    const [comment, ...parts] = text.trim().split(/^(?=\[)/m);
    this.comment = comment.trim().split('\n');
    this.sections = parts.map((part) => {
      const [heading, ...lines] = part.trim().split('\n');
      return { heading: heading.slice(1, -1), lines };
    });
    this.words = this.section('code').lines.map((line) => assemble(line));
  }

  private section(name: string): Section {
    const found = this.sections.find(({ heading }) => heading.split(' ')[0] === name);
    if (found === undefined) throw new SyntaxError(`a filetest without [${name}]`);
    return found;
  }

  /** The whole file as it should be, its instructions being executed on a cluster that `filetestCluster` has made. */
  text(cluster: Cluster): string {
    const parts = this.sections.map(({ heading, lines }) => [
      `[${heading}]`,
      ...this.content(heading, lines, cluster),
    ]);
    return [this.comment, ...parts].map((lines) => `${lines.join('\n')}\n`).join('');
  }

  private content(heading: string, given: readonly string[], cluster: Cluster): readonly string[] {
    const [name, ...rest] = heading.split(' ');
    const number = Number(rest.at(-1));
    switch (name) {
      case 'code':
      case 'run':
        return given;
      case 'bound':
        return print(instructionOf(this.words[number / 4]).block).split('\n');
      case 'region':
        return this.region(number);
      case 'ends':
        return this.ends(cluster);
      default:
        throw new SyntaxError(`[${heading}] is nothing that a filetest has`);
    }
  }

  private region(size: number): readonly string[] {
    const code = {
      words: PAGE_WORDS,
      at: (place: number) => (place < this.words.length ? instructionOf(this.words[place]) : undefined),
      hot: () => [],
      begins: () => false,
    };
    const region = discover(0, code, size);
    return region === undefined ? ['none'] : nestText(region);
  }

  /** Twice: what is executed for the second time has been decoded, and branched to. */
  private ends(cluster: Cluster): readonly string[] {
    const { heading, lines } = this.section('run');
    cluster.ram.write(0, new Uint8Array(DATA));
    cluster.ram.write(0, new Uint8Array(Uint32Array.from(this.words).buffer));
    const ends = [1, 2].map(() => {
      const begin = start(cluster, lines);
      cluster.run(Number(heading.split(' ')[1]));
      return [...stateOf(cluster)].filter(([name, value]) => begin.get(name) !== value);
    });
    const [first, second] = ends.map((values) =>
      values.map(([name, value]) => `${name} = 0x${value.toString(16)}`),
    );
    if (first.join() !== second.join()) return [...first, 'the second time:', ...second];
    return first;
  }
}

/** A core and RAM for filetests, one after another. */
export function filetestCluster(tierOf: (host: TierHost) => Tier): Cluster {
  const cluster = new Cluster(testOptions, tierOf);
  cluster.connect(emptyBoard());
  return cluster;
}

/** Brings a cluster to where a case begins, and gives its state. */
function start(cluster: Cluster, lines: readonly string[]): ReadonlyMap<string, bigint> {
  cluster.powerOn(0, BigInt(TEST_RAM), 1);
  cluster.ram.write(DATA, new Uint8Array(DATA_BYTES));
  const { registers, system } = cluster.cores[0];
  cluster.state.setX(0, 0x30_0000n);
  system.system(0xd518_1040); // MSR CPACR_EL1, X0: FP and SIMD are not trapped.
  for (let n = 0; n < 31; n++) registers.setX(n, n === 28 ? BigInt(TEST_RAM + DATA) : 0n);
  for (let n = 0; n < 32; n++) registers.setV(n, 0n);
  registers.sp = BigInt(TEST_RAM + DATA + DATA_BYTES);
  registers.nzcv = 0;
  registers.pc = BigInt(TEST_RAM);
  for (const line of lines) {
    const [name, value] = line.split(' = ');
    registers.write(name, BigInt(value));
  }
  return stateOf(cluster);
}

function stateOf(cluster: Cluster): ReadonlyMap<string, bigint> {
  const { registers, level } = cluster.cores[0];
  const state = new Map<string, bigint>();
  for (let n = 0; n < 31; n++) state.set(`x${n}`, registers.x(n));
  state.set('sp', registers.sp);
  for (let n = 0; n < 32; n++) state.set(`v${n}`, registers.v(n));
  state.set('nzcv', BigInt(registers.nzcv >>> 28));
  state.set('pc', BigInt.asUintN(64, registers.pc - BigInt(TEST_RAM)));
  state.set('el', BigInt(level));
  const data = new DataView(cluster.ram.read(DATA, DATA_BYTES).buffer);
  for (let at = 0; at < DATA_BYTES; at += 8)
    state.set(`data+0x${at.toString(16)}`, data.getBigUint64(at, true));
  return state;
}
