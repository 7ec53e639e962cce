import { describe, expect, it } from 'vitest';
import { syscallNumber } from '../abi/numbers.js';
import type { Handlers } from './entry/handlers.js';
import { handlers } from './table.js';

describe('the table of system calls', () => {
  it('has a handler for each kernel entry of the ABI, and no other', () => {
    expect(Object.keys(handlers).sort()).toEqual(Object.keys(syscallNumber).sort());
  });

  it('is checked by the compiler', () => {
    const { handle_close: close, ...others } = handlers;
    const wrong: unknown[] = [
      // @ts-expect-error: a handler is missing
      others satisfies Handlers,
      // @ts-expect-error: a name is misspelt
      { handle_closes: close } satisfies Partial<Handlers>,
      // @ts-expect-error: an address is no handle
      { handle_close: (call, value) => Number(call.readU64(value)) } satisfies Partial<Handlers>,
      // @ts-expect-error: a handle's value is 32 bits, a number
      { handle_close: (_call, value: bigint) => Number(value) } satisfies Partial<Handlers>,
      // @ts-expect-error: the size is 64 bits
      { vmo_get_size: (call, _handle, size) => (call.writeU32(size, 0), 0) } satisfies Partial<Handlers>,
      // @ts-expect-error: the packet is read, not written
      { port_queue: (call, _handle, packet) => (call.writeU64(packet, 0), 0) } satisfies Partial<Handlers>,
      // @ts-expect-error: a time is no status
      { clock_get: () => 0 } satisfies Partial<Handlers>,
    ];
    expect(wrong).toHaveLength(7);
  });
});
