/**
 * A devicetree as source text, the same bytes as `dtc -I dtb -O dts` prints for the blob. Document:
 * Devicetree Specification v0.4, chapter 6.
 */
import { latin1, shownName } from '../text.js';
import type { DeviceTree, DeviceTreeNode } from './tree.js';

/** Source text of a whole tree, ended by a newline. */
export function dtsText(tree: DeviceTree): string {
  const lines = ['/dts-v1/;', ''];
  for (const { address, size } of tree.reservations) {
    lines.push(`/memreserve/\t${hex(address, 16)} ${hex(size, 16)};`);
  }
  pushNode(lines, tree.root, '');
  return lines.join('\n') + '\n';
}

function pushNode(lines: string[], { name, properties, children }: DeviceTreeNode, indent: string): void {
  lines.push(`${indent}${name === '' ? '/' : shownName(name)} {`);
  for (const [property, value] of properties) {
    lines.push(`${indent}\t${shownName(property)}${valueText(value)};`);
  }
  for (const child of children) {
    lines.push('');
    pushNode(lines, child, `${indent}\t`);
  }
  lines.push(`${indent}};`);
}

/** What a property's value looks like; a blob does not say what type it has. */
export type ValueGuess =
  | { readonly type: 'empty' }
  /** Strings, with NUL between them. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'cells'; readonly cells: readonly number[] }
  | { readonly type: 'bytes' };

/**
 * Guesses a value's type as `dtc` does: text ends in NUL, is printable and has no more NULs than other
 * characters; otherwise a multiple of four bytes is cells.
 */
export function guessValue(value: Uint8Array): ValueGuess {
  if (value.length === 0) return { type: 'empty' };
  if (looksLikeText(value)) return { type: 'text', text: latin1(value.subarray(0, -1)) };
  if (value.length % 4 !== 0) return { type: 'bytes' };
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return { type: 'cells', cells: Array.from({ length: value.length / 4 }, (_, i) => view.getUint32(4 * i)) };
}

function valueText(value: Uint8Array): string {
  const guess = guessValue(value);
  switch (guess.type) {
    case 'empty':
      return '';
    case 'text':
      return ` = "${Array.from(value.subarray(0, -1), escaped).join('')}"`;
    case 'cells':
      return ` = <${guess.cells.map((cell) => hex(cell, 2)).join(' ')}>`;
    case 'bytes':
      return ` = [${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(' ')}]`;
  }
}

const escapes: Readonly<Record<number, string>> = {
  0x00: '\\0',
  0x07: '\\a',
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0b: '\\v',
  0x0c: '\\f',
  0x0d: '\\r',
  0x22: '\\"',
  0x5c: '\\\\',
};

function looksLikeText(value: Uint8Array): boolean {
  if (value[value.length - 1] !== 0) return false;
  let nuls = 0;
  for (const byte of value) {
    if (byte === 0) nuls++;
    else if ((byte < 0x20 || byte > 0x7e) && escapes[byte] === undefined) return false;
  }
  return nuls <= value.length - nuls;
}

function escaped(byte: number): string {
  return escapes[byte] ?? String.fromCharCode(byte);
}

function hex(value: number | bigint, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
