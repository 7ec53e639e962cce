import { describe, expect, it } from 'vitest';
import { RegisterFile } from '../../reference/register-file.js';

/** CRC of a message, taken in chunks of the sizes that `plan` gives in turn. */
function crc(mnemonic: string, message: Buffer, plan: readonly (1 | 2 | 4 | 8)[]): bigint {
  const registers = new RegisterFile();
  registers.x[0] = 0xffff_ffffn;
  let at = 0;
  for (let turn = 0; at < message.length; turn++) {
    const bytes = plan[turn % plan.length];
    const taken = at + bytes <= message.length ? bytes : 1;
    let value = 0n;
    for (let i = taken - 1; i >= 0; i--) value = (value << 8n) | BigInt(message[at + i]);
    registers.x[1] = value;
    const suffix = { 1: 'b', 2: 'h', 4: 'w', 8: 'x' }[taken];
    registers.run(`${mnemonic}${suffix} w0, w0, ${taken === 8 ? 'x1' : 'w1'}`);
    at += taken;
  }
  return registers.x[0] ^ 0xffff_ffffn;
}

describe('CRC32', () => {
  // The check values of the two polynomials in the catalogue of parametrised CRC algorithms.
  const check = Buffer.from('123456789');
  it.each([[[1]], [[2]], [[4]], [[8]], [[8, 1, 4, 2]]] as const)('in chunks of %j bytes', (plan) => {
    expect(crc('crc32', check, plan)).toBe(0xcbf4_3926n);
    expect(crc('crc32c', check, plan)).toBe(0xe306_9283n);
  });
});
