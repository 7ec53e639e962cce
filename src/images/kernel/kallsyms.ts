/**
 * The symbol table that a Linux kernel carries inside itself for its own back traces (`/proc/kallsyms`). It has
 * no header: the tables are found by what they must look like. Documents: Linux, scripts/kallsyms.c (layout and
 * compression) and kernel/kallsyms.c (lookup); understood are the layouts of 5.x and 6.x with base-relative
 * addresses, which is what arm64 has.
 *
 * In the order of 6.4 and later, each aligned to 8 bytes:
 *
 *     num_syms      u32
 *     names         per symbol: length (1 byte, or 2 from 128 on), then that many token numbers
 *     markers       u32 per 256 symbols: offset of that symbol in names
 *     seqs_of_names 3 bytes per symbol (6.2 and later)
 *     token_table   256 strings, NUL-ended
 *     token_index   u16 per token: offset in token_table
 *     offsets       u32 per symbol: address relative to the base
 *     relative_base u64
 *
 * Before 6.4 `offsets` and `relative_base` precede `num_syms`. The first character of a name is its type, as
 * `nm` prints it.
 */
import { indexOfBytes } from '../byte-search.js';
import type { AddressName } from '../symbol-table.js';
import { decodeText, latin1, shownName } from '../text.js';

export interface KernelSymbol extends AddressName {
  /** `nm`'s letter: `T` global code, `t` local code, `D` data, ... */
  readonly type: string;
}

export interface KernelSymbols {
  /** Virtual address that the image's first byte is linked at. */
  readonly linkAddress: bigint;
  /** In the kernel's order: ascending by address. */
  readonly symbols: readonly KernelSymbol[];
}

const tokenCount = 256;
const symbolsPerMarker = 256;
/** No kernel has fewer symbols or more; bounds the search. */
const plausibleCounts = { least: 256, most: 4_000_000 } as const;

/** Names looked at before the search gives up; finding the table of a real kernel takes little more than its names. */
const searchBudget = 20_000_000;

const alignUp = (offset: number, to: number) => Math.ceil(offset / to) * to;

/** The symbols of a kernel `Image` (decompressed), or undefined if it carries none that are understood. */
export function readKallsyms(image: Uint8Array): KernelSymbols | undefined {
  const view = new DataView(image.buffer, image.byteOffset, image.length);
  const tokens = findTokens(image, view);
  if (tokens === undefined) return undefined;
  const names = findNames(image, view, tokens.start);
  if (names === undefined) return undefined;
  const addresses = findAddresses(view, names, tokens.end);
  if (addresses === undefined) return undefined;
  const { offsets, base, linkAddress } = addresses;
  const symbols = names.entries.map((at, index) => {
    const name = expand(image, at, tokens.texts);
    const address = base + BigInt(view.getUint32(offsets + 4 * index, true));
    return { address, type: name.slice(0, 1), name: name.slice(1) };
  });
  return { linkAddress, symbols };
}

interface Tokens {
  readonly start: number;
  /** Where `token_index` ends. */
  readonly end: number;
  /** One character a byte. */
  readonly texts: readonly string[];
}

/** The symbols as `nm -n` prints them and a kernel's build leaves them in `System.map`. */
export function systemMapText({ symbols }: KernelSymbols): string {
  return symbols
    .map(
      ({ address, type, name }) =>
        `${address.toString(16).padStart(16, '0')} ${shownName(type)} ${shownName(name)}\n`,
    )
    .join('');
}

/** Tokens of single digits are never replaced by compression, so "0" to "9" follow each other in the table. */
const digits = Uint8Array.from([...'0123456789'].flatMap((digit) => [digit.charCodeAt(0), 0]));

function findTokens(image: Uint8Array, view: DataView): Tokens | undefined {
  for (let at = indexOfBytes(image, digits, 0); at >= 0; at = indexOfBytes(image, digits, at + 1)) {
    const tokens = tokensAround(image, view, at);
    if (tokens !== undefined) return tokens;
  }
  return undefined;
}

/** The token table in which the token "0", number 0x30, is at `zero`, if `token_index` confirms it. */
function tokensAround(image: Uint8Array, view: DataView, zero: number): Tokens | undefined {
  let end = zero;
  for (let token = 0x30; token < tokenCount; token++) {
    const nul = image.indexOf(0, end);
    if (nul < 0 || nul - end > 64) return undefined;
    end = nul + 1;
  }
  const index = alignUp(end, 8);
  if (index + 2 * tokenCount > image.length) return undefined;
  const start = zero - view.getUint16(index + 2 * 0x30, true);
  const texts: string[] = [];
  let next = start;
  for (let token = 0; token < tokenCount; token++) {
    if (next < 0 || view.getUint16(index + 2 * token, true) !== next - start) return undefined;
    const nul = image.indexOf(0, next);
    texts.push(latin1(image.subarray(next, nul)));
    next = nul + 1;
  }
  return { start, end: index + 2 * tokenCount, texts };
}

interface Names {
  /** Where `num_syms` is. */
  readonly start: number;
  /** Offsets of the symbols' entries. */
  readonly entries: readonly number[];
}

/** Looks backwards from the token table for a count that is followed by that many names and their markers. */
function findNames(image: Uint8Array, view: DataView, tokens: number): Names | undefined {
  let budget = searchBudget;
  for (let start = (tokens & ~7) - 8; start >= 0 && budget > 0; start -= 8) {
    const count = view.getUint32(start, true);
    if (count < plausibleCounts.least || count > plausibleCounts.most) continue;
    if (view.getUint32(start + 4, true) !== 0 || start + 8 + 2 * count > tokens) continue;
    const entries = readEntries(image, start + 8, count, tokens);
    if (entries.length === count && markersAgree(image, view, start + 8, entries, tokens))
      return { start, entries };
    budget -= entries.length;
  }
  return undefined;
}

/** Offsets of up to `count` names from `at` on, fewer where they run into `end` or into a name without tokens. */
function readEntries(image: Uint8Array, at: number, count: number, end: number): number[] {
  const entries: number[] = [];
  for (let next = at; entries.length < count && next < end && image[next] !== 0;) {
    entries.push(next);
    const { length, text } = entryLength(image, next);
    next = text + length;
  }
  return entries;
}

/** True if the markers behind the names say where every 256th name is. */
function markersAgree(
  image: Uint8Array,
  view: DataView,
  names: number,
  entries: number[],
  end: number,
): boolean {
  const last = entries.at(-1);
  if (last === undefined) return false;
  const { length, text } = entryLength(image, last);
  const markers = alignUp(text + length, 8);
  if (markers + 4 * Math.ceil(entries.length / symbolsPerMarker) > end) return false;
  return entries.every(
    (entry, symbol) =>
      symbol % symbolsPerMarker !== 0 ||
      view.getUint32(markers + (4 * symbol) / symbolsPerMarker, true) === entry - names,
  );
}

/**
 * Number of tokens of the entry at `at`, and where they are. Since 6.1 bit 7 says that a second byte follows. What lies
 * behind the image has no tokens.
 */
function entryLength(image: Uint8Array, at: number): { length: number; text: number } {
  const first = image[at] ?? 0;
  if (first < 0x80) return { length: first, text: at + 1 };
  return { length: (first & 0x7f) | ((image[at + 1] ?? 0) << 7), text: at + 2 };
}

/** The name of an entry of which `markersAgree` has seen that its tokens are in the image; every byte is a token. */
function expand(image: Uint8Array, at: number, tokens: readonly string[]): string {
  const { length, text } = entryLength(image, at);
  let name = '';
  for (let i = 0; i < length; i++) name += tokens[image[text + i] ?? 0] ?? '';
  // A character's bytes may be in several tokens.
  return /[^\0-\x7f]/.test(name) ? decodeText(Uint8Array.from(name, (byte) => byte.charCodeAt(0))) : name;
}

/** Where a kernel is linked, and the address that the offsets are relative to. */
interface Base {
  readonly base: bigint;
  readonly linkAddress: bigint;
}

/** `offsets` and `relative_base`, behind the tokens or before the names. */
function findAddresses(
  view: DataView,
  names: Names,
  tokensEnd: number,
): (Base & { offsets: number }) | undefined {
  const count = names.entries.length;
  const size = alignUp(4 * count, 8);
  for (const offsets of [alignUp(tokensEnd, 8), names.start - 8 - size]) {
    if (offsets < 0 || offsets + size + 8 > view.byteLength || !ascend(view, offsets, count)) continue;
    const base = relativeBase(view, offsets + size);
    if (base !== undefined) return { offsets, ...base };
  }
  return undefined;
}

function ascend(view: DataView, offsets: number, count: number): boolean {
  let last = 0;
  for (let index = 0; index < count; index++) {
    const offset = view.getUint32(offsets + 4 * index, true);
    if (offset < last) return false;
    last = offset;
  }
  return last > 0;
}

/** R_AARCH64_RELATIVE, ELF for the Arm 64-bit Architecture, 5.7.16. */
const relativeRelocation = 0x403n;

/** The kernel is linked at a multiple of this; its first symbol lies less than that behind. */
const linkAlignment = 0x20_0000n;
/** Alignment of the kernel's segments, and so of its first symbol. */
const segmentAlignment = 0x1_0000n;

/**
 * The value of `relative_base` at `field`, the address of the first symbol. A relocatable kernel has 0 there,
 * and the value in the relocation for that place: {address of the field, type, value}.
 */
function relativeBase(view: DataView, field: number): Base | undefined {
  const stored = view.getBigUint64(field, true);
  if (stored !== 0n) {
    return isKernelAddress(stored)
      ? { base: stored, linkAddress: stored - (stored % linkAlignment) }
      : undefined;
  }
  for (let at = 0; at + 24 <= view.byteLength; at += 8) {
    if (view.getUint32(at + 8, true) !== Number(relativeRelocation)) continue;
    const place = view.getBigUint64(at, true);
    const type = view.getBigUint64(at + 8, true);
    const value = view.getBigUint64(at + 16, true);
    const linkAddress = place - BigInt(field);
    const linked =
      type === relativeRelocation && isKernelAddress(linkAddress) && linkAddress % linkAlignment === 0n;
    const distance = value - linkAddress;
    if (linked && distance >= 0n && distance < linkAlignment && distance % segmentAlignment === 0n) {
      return { base: value, linkAddress };
    }
  }
  return undefined;
}

function isKernelAddress(address: bigint): boolean {
  return address >> 48n === 0xffffn;
}
