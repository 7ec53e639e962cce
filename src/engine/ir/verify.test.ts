import { describe, expect, it } from 'vitest';
import { a64 } from '../../isa/index.js';
import { CF, NF, ZF } from '../layout.js';
import { shapeOf } from '../semantics/index.js';
import { wordsOf, wordsOfEveryShape } from '../semantics/test-words.js';
import { bind } from './bind.js';
import { Builder, subroutine } from './builder.js';
import type { Effect, Node, Statement, Subroutine } from './nodes.js';
import { subroutinesOf, verify, verifySubroutine } from './verify.js';

const Rn = { field: 'Rn' };
const Rd = { field: 'Rd' };

/** The faults of what is recorded. */
function faultsOf(record: (c: Builder) => void): string[] {
  const c = new Builder();
  record(c);
  return verify(c.block);
}

const zero = { kind: 'const', type: 'i64', value: 0n } as const;
const one = { kind: 'const', type: 'i32', value: 1n } as const;

describe('the verifier', () => {
  const subroutines = new Set<Subroutine>();

  it.each(a64.map((encoding) => [encoding.name, encoding] as const))(
    'passes %s, open and bound',
    (_, encoding) => {
      const shapes = new Set<unknown>();
      for (const word of [...wordsOfEveryShape(encoding, 3), ...wordsOf(encoding, 100)]) {
        const { shape, fields } = shapeOf(word);
        if (!shapes.has(shape)) expect(verify(shape.block)).toEqual([]);
        shapes.add(shape);
        expect(verify(bind(shape.block, fields), { bound: true })).toEqual([]);
        subroutinesOf(shape.block, subroutines);
      }
      expect(shapes.size).toBeGreaterThan(0);
    },
  );

  it('passes the subroutines that they call', () => {
    expect(subroutines.size).toBeGreaterThan(50);
    for (const each of subroutines) expect([each.name, verifySubroutine(each)]).toEqual([each.name, []]);
  });

  it.each<[string, readonly Statement[]]>([
    [
      'writeFixedX uses const, which is not recorded before it',
      [{ kind: 'writeFixedX', slot: 0, value: zero }],
    ],
    ['const is recorded twice', [zero, zero]],
    ['a constant does not fit in i32', [{ ...one, value: 1n << 32n }]],
    ['there is no operation i64.ad', [zero, operation('i64.ad', zero, zero)]],
    ['i64.add is given (i64, i32), expected (i64, i64)', [zero, one, operation('i64.add', zero, one)]],
    ['i64.eq gives i32, not i64', [zero, operation('i64.eq', zero, zero)]],
    ['i64.add has no lane 1', [zero, { ...operation('i64.add', zero, zero), lane: 1 }]],
    ['there is no X slot 34', [{ kind: 'readFixedX', type: 'i64', slot: 34 }]],
    ['there is no register V32', [{ kind: 'readFixedV', type: 'i32', register: 32, bytes: 4, index: 0 }]],
    [
      'a vector has no element 2 of 8 bytes',
      [{ kind: 'readFixedV', type: 'i64', register: 0, bytes: 8, index: 2 }],
    ],
    [
      '8 bytes of a vector are read as i32',
      [{ kind: 'readV', type: 'i32', operand: Rn, plus: 0, bytes: 8, index: 0 }],
    ],
    [
      'what an X register is set to is i32, expected i64',
      [one, { kind: 'writeFixedX', slot: 0, value: one }],
    ],
    ['what 4 bytes are set to is i64, expected i32', [zero, store(4, zero, zero)]],
    ['cell CF is read as i64', [{ kind: 'getCell', type: 'i64', cell: CF }]],
    ['what cell NF is set to is i32, expected i64', [one, { kind: 'setCell', cell: NF, value: one }]],
    [
      'variable 0 is read before it has a value',
      [{ kind: 'getVariable', type: 'i32', variable: { type: 'i32', id: 0 } }],
    ],
    ['host service hint is given (i64), expected ()', [zero, { kind: 'host', name: 'hint', args: [zero] }]],
    ['a branch by 2 bytes', [{ kind: 'branchFixed', offset: 2, condition: undefined }]],
    ['a condition is i64, expected i32', [zero, { kind: 'branchFixed', offset: 4, condition: zero }]],
    [
      'branchFixed branches but is not last',
      [{ kind: 'branchFixed', offset: 4, condition: undefined }, zero],
    ],
    [
      'if branches but is not last',
      [
        one,
        {
          kind: 'if',
          condition: one,
          then: [{ kind: 'branchFixed', offset: 4, condition: undefined }],
          else: [],
        },
        zero,
      ],
    ],
    ['there is no parameter 0 of i32', [{ kind: 'parameter', type: 'i32', index: 0 }]],
    [
      'shuffle does not choose 16 of 32 bytes',
      (() => {
        const v = { kind: 'const', type: 'v128', value: 0n } as const;
        return [v, { kind: 'shuffle', type: 'v128', lanes: Array<number>(16).fill(32), args: [v, v] }];
      })(),
    ],
  ])('says: %s', (fault, block) => {
    expect(verify(block)).toContain(fault);
  });

  it('forbids what cannot be executed anew after a fault', () => {
    const late = 'after the first write of a register or cell';
    expect(
      faultsOf((c) => {
        const address = c.readX(Rn);
        c.writeX(Rd, address);
        c.writeX(Rn, c.load(8, address));
      }),
    ).toEqual([`load ${late}`]);
    expect(
      faultsOf((c) => {
        c.set(ZF, c.i64(0));
        c.host('undefined');
      }),
    ).toEqual([`host service undefined ${late}`]);
    expect(
      faultsOf((c) => {
        const address = c.readX(Rn);
        c.store(8, address, c.i64(1));
        c.load(8, address);
      }),
    ).toEqual(['load after a store']);
  });

  it('looks at each way through', () => {
    // One way writes, the other calls the host: neither does both.
    const either = (c: Builder): void =>
      c.if(
        c.i32(1),
        () => c.writeX(Rd, c.i64(1)),
        () => c.host('system'),
      );
    expect(faultsOf(either)).toEqual([]);
    expect(
      faultsOf((c) => {
        either(c);
        c.store(8, c.readX(Rn), c.i64(1));
      }),
    ).toEqual(['store after the first write of a register or cell']);
  });

  it('forbids the use of what a nested block has recorded', () => {
    expect(
      faultsOf((c) => {
        let inner = c.i64(0);
        c.if(c.i32(1), () => {
          inner = c.readX(Rn);
        });
        c.writeX(Rd, inner);
      }),
    ).toEqual(['writeX uses readX, which is not recorded before it']);
    expect(
      faultsOf((c) => {
        let inner = c.i64(0);
        c.while(
          () => {
            inner = c.readX(Rn);
            return c.i32(0);
          },
          () => c.set(ZF, inner),
        );
      }),
    ).toEqual([]);
  });

  it('wants no open operands in a bound recording, and no registers in a subroutine', () => {
    const c = new Builder();
    c.writeX(Rd, c.readX(Rn));
    expect(verify(c.block, { bound: true })).toEqual([
      'readX in a bound recording',
      'writeX in a bound recording',
    ]);
    const peeks = subroutine('peeks', ['i64'], 'i64', (inner) => inner.readX(Rn));
    expect(verifySubroutine(peeks)).toEqual(['readX in a subroutine']);
    const wrong = subroutine('wrong', [], 'i64', (inner) => inner.i32(1) as never);
    expect(verifySubroutine(wrong)).toEqual(['the result is i32, expected i64']);
  });
});

function operation(name: string, ...args: readonly Node[]): Node & { kind: 'op' } {
  return { kind: 'op', type: 'i64', op: name as 'i64.add', lane: 0, args };
}
function store(bytes: 4 | 8, address: Node, value: Node): Effect {
  return { kind: 'store', bytes, address, value, options: {} };
}
