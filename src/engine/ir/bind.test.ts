import { describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { shapeOf } from '../semantics/index.js';
import { bind } from './bind.js';
import { print } from './print.js';

function bound(instruction: string): string[] {
  const { shape, fields } = shapeOf(assemble(instruction));
  return print(bind(shape.block, fields)).split('\n');
}

describe('binding', () => {
  it('makes register 31 what its use says', () => {
    expect(bound('add x31, x31, x31'.replaceAll('x31', 'xzr'))).toEqual(['']);
    expect(bound('sub x0, xzr, x1')).toEqual(['%0:i64 = x1', '%1:i64 = i64.sub 0, %0', 'x0 = %1']);
    expect(bound('add sp, sp, #16')).toEqual(['%0:i64 = sp', '%1:i64 = i64.add %0, 0x10', 'sp = %1']);
  });

  it('computes immediates at their width', () => {
    expect(bound('and w0, w1, #0xff00ff00')).toContain('%1:i32 = i32.and %0, 0xff00ff00');
    expect(bound('movn x0, #1')).toEqual(['x0 = -2']);
    expect(bound('ldrb w0, [x1, #-5]!')).toContain('%1:i64 = i64.add %0, -5');
  });

  it('counts registers of lists past V31', () => {
    expect(bound('st4 {v30.d, v31.d, v0.d, v1.d}[1], [x2]').filter((line) => / = v\d/.test(line))).toEqual([
      '%2:i64 = v30.64[1]',
      '%4:i64 = v31.64[1]',
      '%6:i64 = v0.64[1]',
      '%8:i64 = v1.64[1]',
    ]);
  });

  it('folds what follows from the operands', () => {
    expect(bound('ldr x0, [x1]')).toEqual(['%0:i64 = x1', '%1:i64 = load8 [%0]', 'x0 = %1']);
    expect(bound('mov x0, x1')).toEqual(['%0:i64 = x1', 'x0 = %0']);
    expect(bound('csel x0, xzr, xzr, eq').at(-1)).toBe('x0 = %2');
  });

  it('keeps what flags compare', () => {
    expect(bound('cmp x1, x2').at(-1)).toMatch(/^NZ = .* comparing %0, %1$/);
    expect(bound('adds x0, x1, x2').join()).not.toContain('comparing');
  });

  it('leaves a recording without open operands as it is', () => {
    const { shape, fields } = shapeOf(assemble('clrex'));
    expect(print(bind(shape.block, fields))).toBe(print(shape.block));
  });

  it('throws for fields of another encoding', () => {
    const { shape } = shapeOf(assemble('add x0, x1, x2'));
    expect(() => bind(shape.block, { Rd: 0, Rn: 1 })).toThrow("the instruction has no field 'Rm'");
  });
});
