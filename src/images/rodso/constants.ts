/**
 * What a kernel must know of a RODSO at compile time, and what a link against one needs: the constants and symbol
 * lists of Zircon's build, `*-code.h`, `vdso-syms.h` and `vdso-syms.ld`.
 */
import { shownName } from '../text.js';
import type { DynamicSymbol } from './dynamic.js';
import type { Rodso } from './rodso.js';

/** Code offsets from which one kernel entry may be made: the symbols `call_site.<entry>.<function>`. */
export interface CallSites {
  readonly entry: string;
  /** Offsets of the `svc` instructions from the image's start, ascending. */
  readonly offsets: readonly number[];
}

/** The call sites that the file's symbols name, in the order of the entries' names. */
export function callSites({ symbols }: Pick<Rodso, 'symbols'>): CallSites[] {
  const sites = new Map<string, number[]>();
  for (const { name, value } of symbols) {
    const entry = /^call_site\.(\w+)\.\w+$/.exec(name)?.[1];
    if (entry === undefined) continue;
    sites.set(entry, [...(sites.get(entry) ?? []), Number(value)]);
  }
  return [...sites]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([entry, offsets]) => ({ entry, offsets: offsets.sort((a, b) => a - b) }));
}

const hex = (value: number, digits = 1): string => `0x${value.toString(16).padStart(digits, '0')}`;

/**
 * The constants as C: `PREFIX_CODE_START`, `_CODE_END`, `_ENTRY`, `_ENTRY_SIZE`, and `PREFIX_CALL_SITES_<entry>` with
 * each entry's offsets.
 */
export function constantsHeader(rodso: Rodso, prefix: string): string {
  const { codeStart, codeEnd, entry, entrySize, soname } = rodso;
  const lines: [string, string][] = [
    ['FILENAME', `"${shownName(soname).replaceAll('"', '\\"')}"`],
    ['CODE_START', hex(codeStart)],
    ['CODE_END', hex(codeEnd)],
  ];
  if (entry !== 0) lines.push(['ENTRY', hex(entry, 16)]);
  if (entrySize !== undefined) lines.push(['ENTRY_SIZE', hex(entrySize, 16)]);
  for (const { entry: name, offsets } of callSites(rodso)) {
    lines.push([`CALL_SITES_${name}`, offsets.map((offset) => hex(offset)).join(', ')]);
  }
  return lines.map(([name, value]) => `#define ${prefix}_${name} ${value}\n`).join('');
}

/** The dynamic symbols by address, then name. */
export function symbolsByAddress({ dynamicSymbols }: Rodso): DynamicSymbol[] {
  return [...dynamicSymbols].sort((a, b) => a.value - b.value || (a.name < b.name ? -1 : 1));
}

/** `vdso-syms.h`: one `SYMBOL(name, address, size)` for each dynamic symbol, by address, then name. */
export function symbolsHeader(rodso: Rodso): string {
  return symbolsByAddress(rodso)
    .map(({ name, value, size }) => `SYMBOL(${shownName(name)}, ${hex(value, 16)}, ${hex(size, 16)})\n`)
    .join('');
}
