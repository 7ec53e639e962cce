/**
 * `System.map`, which a kernel's build leaves beside it: the symbols as `nm -n` prints them, one a line, with
 * address, letter and name. Linux, scripts/mksysmap.
 */
import { ImageError } from '../error.js';
import { decodeText } from '../text.js';
import type { KernelSymbol } from './kallsyms.js';

const line = /^([0-9a-f]{8,16}) (\S) (\S+)(?:\t\S+)?$/;

/** Letters of symbols that are no places: absolute ones and those that are not defined. */
const noPlaces = 'AaUvw';

/** True if the bytes start as a System.map does. */
export function isSystemMap(start: Uint8Array): boolean {
  const end = start.indexOf(0x0a);
  return end >= 0 && end < 256 && line.test(decodeText(start.subarray(0, end)));
}

/**
 * The symbols in the file's order.
 * @throws ImageError naming the offset of the first line that is none
 */
export function readSystemMap(bytes: Uint8Array, file = 'System.map'): KernelSymbol[] {
  const symbols: KernelSymbol[] = [];
  let offset = 0;
  for (const text of decodeText(bytes).split('\n')) {
    if (text !== '') {
      const [, address, type, name] = line.exec(text) ?? [];
      if (address === undefined || type === undefined || name === undefined)
        throw new ImageError(file, offset, "expected lines such as 'ffff800080000000 T _text'");
      if (!noPlaces.includes(type)) symbols.push({ address: BigInt(`0x${address}`), type, name });
    }
    offset += text.length + 1;
  }
  return symbols;
}
