/** Second operands of data processing instructions: ShiftReg() and ExtendReg() of the Arm ARM. */
import type { Builder, I32, I64, Int, Width } from '../../ir/builder.js';
import type { Immediate, Operand } from '../../ir/nodes.js';
import type { Options } from '../registry.js';

/** A shift count that decoding knows, in the type of a `size`-bit shift. */
export function shiftCount(c: Builder, size: Width, compute: Immediate): Int {
  const count = c.imm32(compute);
  return size === 32 ? count : c.extendU(count);
}

/** Shapes of a shifted register: 0 not shifted, 1 to 4 LSL, LSR, ASR, ROR by `imm6`. */
export const shiftVariant: Options = {
  open: ['shift'],
  variant: { count: 5, of: (f) => (f.imm6 === 0 ? 0 : 1 + f.shift) },
};

/** ShiftReg(Rm, shift, imm6), by a variant of `shiftVariant`. */
export function shiftedRegister(c: Builder, Rm: Operand, size: Width, variant: number): Int {
  const value = c.readX(Rm, size);
  if (variant === 0) return value;
  const count = shiftCount(c, size, (f) => f.imm6);
  if (variant === 1) return c.shl<Int>(value, count);
  if (variant === 2) return c.shrU<Int>(value, count);
  if (variant === 3) return c.shrS<Int>(value, count);
  return c.rotr<Int>(value, count);
}

/** A register zero- or sign-extended from 8, 16, 32 or 64 bits (`option`, Arm ARM DecodeRegExtend) to `size` bits. */
function extended(c: Builder, Rm: Operand, size: Width, option: number): Int {
  const signed = (option & 4) !== 0;
  const bits = 8 << (option & 3);
  if (bits >= size) return c.readX(Rm, size);
  const low = c.readX(Rm, 32);
  let value: I32 = low;
  if (bits < 32) value = signed ? c.signExtend(low, bits as 8 | 16) : c.and(low, 2 ** bits - 1);
  if (size === 32) return value;
  return signed ? c.extendS(value) : c.extendU(value);
}

/** ExtendReg(Rm, option, imm3). */
export function extendedRegister(c: Builder, Rm: Operand, size: Width, option: number): Int {
  return c.shl<Int>(
    extended(c, Rm, size, option),
    shiftCount(c, size, (f) => f.imm3),
  );
}

/** An index register of a load or store: extended by `option` and shifted left by `shift` bits. */
export function indexRegister(c: Builder, Rm: Operand, option: number, shift: number): I64 {
  const index = extended(c, Rm, 64, option) as I64;
  return shift === 0 ? index : c.shl(index, shift);
}
