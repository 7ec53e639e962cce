import { describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { shapeOf } from '../semantics/index.js';
import { bind } from './bind.js';
import { subroutine } from './builder.js';
import { print, printSubroutine } from './print.js';

/** The recording of an instruction as text, open and bound. */
function texts(instruction: string): { open: string[]; bound: string[] } {
  const { shape, fields } = shapeOf(assemble(instruction));
  const lines = (text: string): string[] => text.split('\n');
  return { open: lines(print(shape.block)), bound: lines(print(bind(shape.block, fields))) };
}

describe('recordings as text', () => {
  it('give each statement a line, constants where they are used', () => {
    expect(texts('ldr x0, [x1], #8')).toEqual({
      open: [
        '%0:i64 = xsp(Rn)',
        '%1:i64 = #0',
        '%2:i64 = i64.add %0, %1',
        '%3:i64 = load8 [%0]',
        'x(Rt) = %3',
        'xsp(Rn) = %2',
      ],
      bound: ['%0:i64 = x1', '%1:i64 = i64.add %0, 8', '%2:i64 = load8 [%0]', 'x0 = %2', 'x1 = %1'],
    });
  });

  it('show branches, conditions and cells', () => {
    expect(texts('tbz w3, #4, #-8').bound).toEqual([
      '%0:i32 = x3',
      '%1:i32 = i32.and %0, 0x10',
      '%2:i32 = i32.eqz %1',
      'branch pc - 8 if %2',
    ]);
    expect(texts('b.ne #16').open).toEqual([
      '%0:i64 = ZF',
      '%1:i32 = i64.eqz %0',
      '%2:i32 = i32.eqz %1',
      'branch pc + #0 if %2',
    ]);
  });

  it('indent nested blocks', () => {
    expect(texts('stxr w0, x1, [x2]').bound).toEqual([
      '%0:i64 = x2',
      '%1:i64 = x1',
      '$0 = 1',
      '%2:i64 = EXCLUSIVE_ADDRESS',
      '%3:i32 = i64.eq %2, %0',
      'if %3',
      '  %4:i64 = load8 [%0] aligned',
      '  %5:i64 = EXCLUSIVE_LOW',
      '  %6:i32 = i64.eq %4, %5',
      '  if %6',
      '    store8 [%0], %1 aligned',
      '  %7:i32 = i32.eqz %6',
      '  $0 = %7',
      'EXCLUSIVE_ADDRESS = -1',
      '%8:i32 = $0',
      '%9:i64 = i64.extend_i32_u %8',
      'x0 = %9',
    ]);
    expect(texts('fcmp d0, d1').open.filter((line) => /^(else|if)/.test(line))).toEqual([
      'if %0',
      'if %9',
      'else',
    ]);
  });

  it('name parts of vector registers by width and number', () => {
    expect(texts('mov v2.s[3], w7')).toEqual({
      open: ['%0:i32 = FP_TRAP', 'if %0', '  host floatingPointTrap', '%1:i32 = x(Rn)', 'v(Rd).32[3] = %1'],
      bound: ['%0:i32 = FP_TRAP', 'if %0', '  host floatingPointTrap', '%1:i32 = x7', 'v2.32[3] = %1'],
    });
    expect(texts('ld2 {v31.b, v0.b}[1], [x2]').bound.slice(-2)).toEqual(['v31.8[1] = %2', 'v0.8[1] = %4']);
  });

  it('say what a subroutine takes and gives', () => {
    const count = subroutine('count', ['i32', 'i64'], 'i32', (c, bits, value) => {
      const rest = c.variable('i64', value);
      c.while(
        () => c.ne(c.getVariable(rest), 0),
        () => c.setVariable(rest, c.shrU(c.getVariable(rest), 1)),
      );
      return c.add(bits, c.wrap(c.getVariable(rest)));
    });
    expect(printSubroutine(count).split('\n')).toEqual([
      'count(i32, i64): i32',
      '  %0:i32 = parameter 0',
      '  %1:i64 = parameter 1',
      '  $0 = %1',
      '  loop',
      '    %2:i64 = $0',
      '    %3:i32 = i64.ne %2, 0',
      '  while %3',
      '    %4:i64 = $0',
      '    %5:i64 = i64.shr_u %4, 1',
      '    $0 = %5',
      '  %6:i64 = $0',
      '  %7:i32 = i32.wrap_i64 %6',
      '  %8:i32 = i32.add %0, %7',
      '  return %8',
    ]);
  });
});
