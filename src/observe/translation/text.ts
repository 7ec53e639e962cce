/** Ranges of translation tables as text. */
import { sizeText } from '../../machine/index.js';
import type { Mapping } from './descriptor.js';
import type { TableRange } from './regime.js';
import type { MappedRange } from './table-map.js';

/** `EL1 rw-, EL0 r--`; of tables of EL2, `EL2 rwx`. */
function permissionsText({ privileged, unprivileged }: Mapping, { base, stage }: TableRange): string {
  if (stage === 2) return `stage 2 ${privileged}`;
  const level = base.slice(-3);
  return unprivileged === undefined
    ? `${level} ${privileged}`
    : `${level} ${privileged}, EL0 ${unprivileged}`;
}

/** What is told of how a range is mapped: `EL1 rw-, EL0 ---, Normal, write-back, inner shareable`. */
export function mappingText(mapping: Mapping, range: TableRange): string {
  return [
    permissionsText(mapping, range),
    mapping.memory,
    mapping.shareability,
    ...(mapping.global ? [] : ['of this ASID']),
    ...(mapping.accessed ? [] : ['faults at the first access']),
  ].join(', ');
}

const hex = (value: number | bigint, digits: number): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;

/** `0xffff800080000000-0xffff8000801fffff to 0x40200000 (2 MiB)`, with how many pages or blocks where there are several. */
export function rangeText({ virtual, physical, shift, count }: MappedRange): string {
  const size = count * 2 ** shift;
  const last = virtual + BigInt(size) - 1n;
  const pieces = count === 1 ? sizeText(size) : `${sizeText(size)}: ${count} of ${sizeText(2 ** shift)}`;
  const to = BigInt(physical) === virtual ? 'to itself' : `to ${hex(physical, 8)}`;
  return `${hex(virtual, 16)}-${hex(last, 16)} ${to} (${pieces})`;
}
