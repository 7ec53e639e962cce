/** Places in a run that a user names: a number of instructions, an address, or a symbol. */
import { InvalidArgumentError } from 'commander';
import type { Machine } from '../../machine/index.js';
import type { GuestSymbols } from '../../observe/index.js';
import { UsageError } from '../command.js';

export type Where =
  /** So many instructions after power-on, all cores together. */
  | { readonly kind: 'instructions'; readonly count: number }
  /** Virtual. */
  | { readonly kind: 'address'; readonly address: bigint }
  | { readonly kind: 'symbol'; readonly name: string; readonly offset: number; readonly text: string };

/** `5000`, `0x40200000`, `start_kernel` or `start_kernel+0x10`. */
export function parseWhere(text: string): Where {
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    if (Number.isSafeInteger(count)) return { kind: 'instructions', count };
  } else if (/^0x[0-9a-f]{1,16}$/i.test(text)) {
    const address = BigInt(text);
    if ((address & 3n) === 0n) return { kind: 'address', address };
    throw new InvalidArgumentError('expected an address that is a multiple of 4.');
  } else {
    const [, name, offset = '0'] = /^([^\s+]+)(?:\+(0x[0-9a-f]{1,8}|\d{1,9}))?$/i.exec(text) ?? [];
    if (name !== undefined && Number(offset) % 4 === 0)
      return { kind: 'symbol', name, offset: Number(offset), text };
  }
  throw new InvalidArgumentError(
    'expected a number of instructions, an address such as 0x40200000, or a symbol such as start_kernel+0x10.',
  );
}

/** Where the machine is to stop: at a breakpoint, or after so many instructions more, Infinity where that is none. */
export interface Goal {
  readonly instructions: number;
  /** Takes the breakpoint away. */
  readonly leave: () => void;
}

const nothing = (): void => undefined;

/** Has the machine stop there. @throws UsageError for a symbol that is not known */
export function goalOf(machine: Machine, where: Where, symbols: GuestSymbols, option: string): Goal {
  if (where.kind === 'instructions')
    return { instructions: Math.max(0, where.count - machine.instructions), leave: nothing };
  const { stops } = machine;
  if (where.kind === 'address') {
    const leave = stops.addBreakpoint({ space: 'virtual', address: where.address });
    return { instructions: Infinity, leave };
  }
  const found = symbols.named(where.name);
  if (found === undefined)
    throw new UsageError(
      `${option}: no symbol named ${where.name} is known (--symbols names a file with some)`,
    );
  // Wherever the guest maps it, and with the MMU off.
  const address = BigInt(found.physical + where.offset);
  return { instructions: Infinity, leave: stops.addBreakpoint({ space: 'physical', address }) };
}

export function whereText(where: Where): string {
  if (where.kind === 'instructions') return `instruction ${where.count}`;
  return where.kind === 'address' ? `0x${where.address.toString(16)}` : where.text;
}
