/**
 * A devicetree as source text, the same bytes as `dtc -I dtb -O dts` prints for the blob. Document:
 * Devicetree Specification v0.4, chapter 6.
 */
import type { DeviceTree, DeviceTreeNode } from './tree.js';

/** Source text of a whole tree, one character a byte, ended by a newline. */
export function dtsText(tree: DeviceTree): string {
  const lines = ['/dts-v1/;', ''];
  for (const { address, size } of tree.reservations) {
    lines.push(`/memreserve/\t${hex(address, 16)} ${hex(size, 16)};`);
  }
  pushNode(lines, tree.root, '');
  return lines.join('\n') + '\n';
}

function pushNode(lines: string[], { name, properties, children }: DeviceTreeNode, indent: string): void {
  lines.push(`${indent}${name === '' ? '/' : name} {`);
  for (const [property, value] of properties) {
    lines.push(`${indent}\t${property}${valueText(value)};`);
  }
  for (const child of children) {
    lines.push('');
    pushNode(lines, child, `${indent}\t`);
  }
  lines.push(`${indent}};`);
}

/**
 * A blob does not say what type a value has. Text, cells or bytes: guessed as `dtc` does, whose rule is that
 * text ends in NUL, is printable, and has no more NULs than other characters.
 */
function valueText(value: Uint8Array): string {
  if (value.length === 0) return '';
  if (looksLikeText(value)) return ` = ${quoted(value)}`;
  if (value.length % 4 === 0) return ` = <${cellTexts(value).join(' ')}>`;
  return ` = [${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(' ')}]`;
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

function quoted(value: Uint8Array): string {
  const text = Array.from(value.subarray(0, -1), (byte) => escapes[byte] ?? String.fromCharCode(byte));
  return `"${text.join('')}"`;
}

function cellTexts(value: Uint8Array): string[] {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  return Array.from({ length: value.length / 4 }, (_, index) => hex(view.getUint32(4 * index), 2));
}

function hex(value: number | bigint, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
