/** How two machines that ought to be in the same state differ. */
import { coreValues, type GuestRam } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import { saveKernel } from '../../zircon/index.js';
import { toJson } from '../plain-data-json.js';

/** Something that differs: what it is, and its value in each of them, as text. */
export interface Difference {
  readonly what: string;
  readonly values: readonly [string, string];
}

/** Differing 8 bytes of RAM that are told. */
const WORDS_TOLD = 4;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** Whether everything is the same but what is in RAM and in a hosted kernel, which takes longer to tell. */
export function isAlike(one: Machine, other: Machine): boolean {
  return toJson(one.save()) === toJson(other.save());
}

/** All that differs, RAM with a few words; empty if nothing does. */
export function differences(one: Machine, other: Machine): Difference[] {
  return [
    ...(isAlike(one, other) ? [] : [...inState(one, other)]),
    ...inData('kernel', saveKernel(one), saveKernel(other)),
    ...inRam(one.cluster.ram, other.cluster.ram),
  ];
}

function* inState(one: Machine, other: Machine): Generator<Difference> {
  const [{ cluster: a, ...around }, { cluster: b, ...aroundOther }] = [one.save(), other.save()];
  for (const [i, core] of a.cores.entries()) {
    const values = new Map(coreValues(b.cores[i]));
    for (const [what, value] of coreValues(core)) {
      const another = values.get(what) ?? 'absent';
      if (value !== another) yield { what: `core ${i} ${what}`, values: [value, another] };
    }
  }
  yield* inData('cluster', { ...a, cores: [] }, { ...b, cores: [] });
  yield* inData('machine', around, aroundOther);
}

/** In plain data, by the names that lead there. */
function* inData(path: string, one: unknown, other: unknown): Generator<Difference> {
  const [a, b] = [toJson(one), toJson(other)];
  if (a === b) return;
  if (!isTree(one) || !isTree(other)) {
    yield { what: path, values: [a, b] };
    return;
  }
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)]))
    yield* inData(`${path}.${key}`, one[key], other[key]);
}
function isTree(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !ArrayBuffer.isView(data);
}

function* inRam(one: GuestRam, other: GuestRam): Generator<Difference> {
  const [a, b] = [one, other].map((ram) => {
    const { buffer, byteOffset } = ram.view(0, ram.total);
    return new BigUint64Array(buffer, byteOffset, ram.total / 8);
  });
  // A page that is the same is compared by halves of these words, which are no objects.
  const [low, lowOther] = [a, b].map((all) => new Int32Array(all.buffer, all.byteOffset, 2 * all.length));
  let told = 0;
  for (let at = 0; at < low.length && told < WORDS_TOLD; at++) {
    if (low[at] === lowOther[at]) continue;
    const word = at >> 1;
    yield { what: `RAM at ${hex(one.physicalOf(word * 8))}`, values: [hex(a[word]), hex(b[word])] };
    told += 1;
    at = 2 * word + 1;
  }
}
