/**
 * The ABI as data, read into typed form: `src/zircon/abi/syscalls.json` (signatures in the words of Zircon's
 * syscalls.abigen) and `src/zircon/abi/abi.json` (constants by header, structures with their arm64 layouts).
 * Everything that is generated is generated from what this file returns.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** Which way the memory that a pointer argument names is used. */
export type Direction = 'in' | 'out' | 'inout';

export interface Argument {
  name: string;
  /** The C type of the parameter: `zx_handle_t`, `const void*`, `uint32_t*`. */
  type: string;
  /** For a pointer: the element type (`void` for untyped bytes), which way it goes and how many there are. */
  pointee?: { type: string; direction: Direction; count: string; optional: boolean };
  /** The call takes this handle away: always, or only if it succeeds. */
  releases?: 'always' | 'on success';
}

export interface Syscall {
  name: string;
  /** Kernel entry number, or undefined for a call that the vDSO carries out itself. */
  number: number | undefined;
  attributes: string[];
  arguments: Argument[];
  /** The C type returned in x0, or `void`. */
  returns: string;
}

interface RawSyscall {
  name: string;
  attributes: string[];
  arguments: { name: string; type: string; attrs?: string[] }[];
  returns: string[];
}

export interface StructLayout {
  size: number;
  align: number;
  fields: { offset: number; type: string; name: string }[];
}

export interface Abi {
  constants: Record<string, Record<string, number | string>>;
  structs: Record<string, StructLayout>;
}

const json = (name: string): unknown =>
  JSON.parse(readFileSync(join(root, 'src', 'zircon', 'abi', name), 'utf8'));

export const readAbi = (): Abi => json('abi.json') as Abi;

/** Every call of the table in its order. Kernel entries are numbered in that order, from 0. */
export function readSyscalls(): Syscall[] {
  let next = 0;
  return (json('syscalls.json') as RawSyscall[]).map((raw) => ({
    name: raw.name,
    number: raw.attributes.includes('vdsocall') ? undefined : next++,
    attributes: raw.attributes,
    arguments: [...raw.arguments.map(inArgument), ...raw.returns.slice(1).map(outArgument)],
    returns: raw.returns[0] ?? 'void',
  }));
}

/**
 * An argument as the table writes it: `zx_handle_t`, or `T[count]` with IN, OUT or INOUT. A count with blanks in
 * it (`any[count * elem_size]`) has been split by the table's blanks; its rest stands among the attributes.
 */
function inArgument(raw: RawSyscall['arguments'][number]): Argument {
  const attrs = raw.attrs ?? [];
  const opening = raw.type.indexOf('[');
  if (opening < 0) {
    const releases = attrs.includes('handle_release_always')
      ? 'always'
      : attrs.includes('handle_release')
        ? 'on success'
        : undefined;
    return { name: raw.name, type: raw.type, ...(releases && { releases }) };
  }
  const direction = (['INOUT', 'OUT', 'IN'].find((word) => attrs.includes(word)) ?? 'IN').toLowerCase();
  const rest = attrs.filter((word) => word === '*' || word.endsWith(']')).join(' ');
  const count = [raw.type.slice(opening + 1), rest].filter(Boolean).join(' ').replace(/\]$/, '');
  const element = raw.type.slice(0, opening) === 'any' ? 'void' : raw.type.slice(0, opening);
  return {
    name: raw.name,
    type: `${direction === 'in' ? 'const ' : ''}${element}*`,
    pointee: { type: element, direction: direction as Direction, count, optional: false },
  };
}

/** A second result, `name: type words`, which C receives through a pointer: one element, always written. */
function outArgument(raw: string): Argument {
  const [name, rest] = raw.split(': ') as [string, string];
  const [type, ...words] = rest.split(' ') as [string, ...string[]];
  return {
    name,
    type: `${type}*`,
    pointee: { type, direction: 'out', count: '1', optional: words.includes('optional') },
  };
}
