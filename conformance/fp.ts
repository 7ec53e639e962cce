/**
 * Every floating-point encoding against QEMU, by the interpreter's handlers and, from some of the states, in regions of the
 * translator: single instructions from adversarial states, in all modes of FPCR, with and without FPSR.IXC; results,
 * general register, flags and FPSR must agree bit for bit.
 *
 * `npx tsx conformance/fp.ts [states per word] [pattern of names] [seed]` runs it alone.
 */
import { pathToFileURL } from 'node:url';
import { requireAll } from '../scripts/requirements.js';
import { a64, fieldsOf, type Encoding } from '../src/isa/index.js';
import { Handlers } from './fp/handlers.js';
import { Regions } from './fp/regions.js';
import { Random, fpcr, fpsr, integer, nearTie, register } from './fp/operands.js';
import { MAX_STATES, Oracle, RESULT_BYTES, STATE_BYTES, stateAt, type Group } from './fp/oracle.js';
import { parts } from './parts.js';

/** FP encodings by name: everything that starts with F, and conversions and estimates of integers. */
const isFloatingPoint = ({ name }: Encoding): boolean => /^(F|[SU]CVTF|URECPE|URSQRTE)/.test(name);

/** Register numbers that the oracle's states fill. */
const registers: Readonly<Record<string, number>> = { Rd: 0, Rn: 1, Rm: 2, Ra: 3 };

/** Words of an encoding on those registers, other fields drawn until `count` distinct ones are found. */
function words(encoding: Encoding, random: Random, count: number): number[] {
  const found = new Set<number>();
  for (let tries = 0; tries < 64 * count && found.size < count; tries++) {
    let word = encoding.value;
    for (const { name, lsb, width } of encoding.fields) {
      const value = registers[name] ?? (name === 'M' ? 0 : random.below(2 ** width));
      word = (word | (value << lsb)) >>> 0;
    }
    if (encoding.where === undefined || encoding.where(fieldsOf(encoding, word))) found.add(word);
  }
  return [...found];
}

/** Widths of the lanes that an instruction may read. */
function widths({ name }: Encoding): readonly (16 | 32 | 64)[] {
  return name.startsWith('FCVTL') || name === 'FCVT' ? [16, 32, 64] : [32, 64];
}

const isFused = ({ name }: Encoding): boolean => /^(FN?M(ADD|SUB)|FML[AS])/.test(name);

/** Overwrites V0 to V3 with nearly tied factors (V1, V2) and addends (V0 and V3). */
function tie(random: Random, view: DataView, at: number, width: 32 | 64): void {
  for (let i = 0; i < 128 / width; i++) {
    const { addend, a, b } = nearTie(random, width);
    [addend, a, b, addend].forEach((value, n) => {
      const place = at + stateAt.v[n] + (i * width) / 8;
      if (width === 32) view.setUint32(place, Number(value), true);
      else view.setBigUint64(place, value, true);
    });
  }
}

function states(encoding: Encoding, random: Random, count: number): DataView {
  const view = new DataView(new ArrayBuffer(count * STATE_BYTES));
  for (let at = 0; at < view.byteLength; at += STATE_BYTES) {
    const width = random.pick(widths(encoding));
    const related: bigint[] = [];
    for (const offset of stateAt.v) {
      const value = register(random, width, related);
      view.setBigUint64(at + offset, BigInt.asUintN(64, value), true);
      view.setBigUint64(at + offset + 8, value >> 64n, true);
    }
    if (isFused(encoding) && random.below(2) === 0) tie(random, view, at, random.pick([32, 64]));
    view.setBigUint64(at + stateAt.x1, integer(random), true);
    view.setUint32(at + stateAt.fpcr, fpcr(random), true);
    view.setUint32(at + stateAt.fpsr, fpsr(random), true);
    view.setUint32(at + stateAt.nzcv, random.bits32() & 0xf000_0000, true);
  }
  return view;
}

/** One of so many states is for the translator. */
const SHARE = 8;

/** The first states of a group. */
function some({ word, states: all }: Group): Group {
  const count = Math.max(2, Math.floor(all.byteLength / STATE_BYTES / SHARE));
  return { word, states: new DataView(all.buffer, all.byteOffset, count * STATE_BYTES) };
}

const hex = (view: DataView, at: number, bytes: number): string => {
  let text = '';
  for (let i = bytes - 1; i >= 0; i--)
    text += view
      .getUint8(at + i)
      .toString(16)
      .padStart(2, '0');
  return text;
};

function describeResult(result: DataView, at: number): string {
  return `V0 ${hex(result, at, 16)} X0 ${hex(result, at + 16, 8)} FPSR ${hex(result, at + 24, 4)} NZCV ${hex(result, at + 28, 4)}`;
}

function describe(group: Group, index: number, expected: DataView, actual: DataView): string {
  const at = index * STATE_BYTES;
  const inputs = stateAt.v.map((offset, n) => `V${n} ${hex(group.states, at + offset, 16)}`).join(' ');
  const rest = `X1 ${hex(group.states, at + 64, 8)} FPCR ${hex(group.states, at + 72, 4)} FPSR ${hex(group.states, at + 76, 4)}`;
  return [
    `  word ${group.word.toString(16)} ${inputs} ${rest}`,
    `  QEMU   ${describeResult(expected, index * RESULT_BYTES)}`,
    `  engine ${describeResult(actual, index * RESULT_BYTES)}`,
  ].join('\n');
}

/** Indices of the results that differ, of those that there are. */
function differences(expected: DataView, actual: DataView): number[] {
  const found: number[] = [];
  for (let at = 0; at < actual.byteLength; at += RESULT_BYTES) {
    for (let i = 0; i < RESULT_BYTES; i += 8) {
      if (expected.getBigUint64(at + i, true) === actual.getBigUint64(at + i, true)) continue;
      found.push(at / RESULT_BYTES);
      break;
    }
  }
  return found;
}

export interface FpReport {
  readonly encodings: number;
  readonly withMeaning: number;
  /** Instructions executed, each from its state. */
  readonly states: number;
  /** Names of encodings of which some state differs, with the first difference in words. */
  readonly differing: ReadonlyMap<string, { readonly count: number; readonly first: string }>;
}

/** Compares all FP encodings whose name matches `pattern`, on about `perWord` states for up to 24 words each. */
export async function compareFp(perWord = 512, pattern = /./, seed = 1): Promise<FpReport> {
  const oracle = new Oracle();
  const [handlers, regions] = [new Handlers(), new Regions()];
  const chosen = a64.filter((encoding) => isFloatingPoint(encoding) && pattern.test(encoding.name));
  const differing = new Map<string, { count: number; first: string }>();
  let total = 0;
  try {
    for (const encoding of chosen) {
      const random = new Random(seed ^ encoding.value);
      const groups = words(encoding, random, 24).map((word): Group => ({
        word,
        states: states(encoding, random, Math.min(perWord, MAX_STATES)),
      }));
      const running = oracle.run(groups);
      const found = groups.map((group) => [handlers.run(group), regions.run(some(group))]);
      const expected = await running;
      for (const [i, group] of groups.entries()) {
        for (const actual of found[i]) {
          total += actual.byteLength / RESULT_BYTES;
          const bad = differences(expected[i], actual);
          if (bad.length === 0) continue;
          const known = differing.get(encoding.name);
          const first = known?.first ?? describe(group, bad[0], expected[i], actual);
          differing.set(encoding.name, { count: (known?.count ?? 0) + bad.length, first });
        }
      }
    }
  } finally {
    oracle.close();
  }
  return { encodings: chosen.length, withMeaning: chosen.length, states: total, differing };
}

/** The report as a table; each differing encoding with its first difference. */
export function fpTable({ encodings, withMeaning, states: count, differing }: FpReport): string {
  const lines = [...differing].map(([name, d]) => `${name}: ${d.count} differ\n${d.first}`);
  lines.push(
    `floating point: ${encodings} encodings, ${withMeaning} executed, ${count} states, ${differing.size} differing`,
  );
  return lines.join('\n');
}

/** Whether every encoding was executed and none differs. */
export function agrees({ encodings, withMeaning, differing }: FpReport): boolean {
  return withMeaning === encodings && differing.size === 0;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  requireAll('fp', parts.fp.needs);
  const [perWord, pattern, seed] = process.argv.slice(2);
  const report = await compareFp(Number(perWord ?? 512), new RegExp(pattern ?? '.'), Number(seed ?? 1));
  console.log(fpTable(report));
  process.exitCode = agrees(report) ? 0 : 1;
}
