/**
 * Exception generation and return, hints, barriers, system registers and instructions. Arm ARM C4.1, "Branches,
 * exception generating and system instructions".
 */
import type { FieldValues } from '../../../isa/index.js';
import type { Builder, I32, I64 } from '../../ir/builder.js';
import type { HostName } from '../../ir/nodes.js';
import { CACHE_TYPE, DAIF, EL, EXCLUSIVE_ADDRESS, SYSREG_TRAPS } from '../../layout.js';
import { plainRegister, type PlainRegister } from '../../system/registers/index.js';
import { semantics } from '../registry.js';

const services: Readonly<Record<string, HostName>> = {
  SVC: 'exceptionGenerating',
  HVC: 'exceptionGenerating',
  SMC: 'exceptionGenerating',
  BRK: 'exceptionGenerating',
  HLT: 'exceptionGenerating',
  UDF: 'undefined',
  // Outside of Debug state the three are undefined.
  DCPS1: 'undefined',
  DCPS2: 'undefined',
  DCPS3: 'undefined',
  ERET: 'exceptionReturn',
  DRPS: 'exceptionReturn',
  YIELD: 'hint',
  WFE: 'hint',
  WFI: 'hint',
  SEV: 'hint',
  SEVL: 'hint',
};
for (const [name, service] of Object.entries(services)) semantics(name, (c) => c.host(service));

// Memory accesses happen in program order, one core at a time. Unallocated hints do nothing.
for (const name of ['NOP', 'HINT', 'DSB', 'DMB', 'ISB']) semantics(name, () => {}, { open: ['CRm', 'op2'] });

/** The exclusive monitor's address while it is open. */
const OPEN = -1;
semantics('CLREX', (c) => c.set(EXCLUSIVE_ADDRESS, c.i64(OPEN)), { open: ['CRm'] });

const ALL = 0xffff_ffff_ffff_ffffn;

const registerNumber = ['o0', 'op1', 'CRn', 'CRm', 'op2'];
semantics('SYSL', (c) => c.host('system'), { open: registerNumber });

/** Number of the register that a word names, from 1; also the variant of MRS and MSR that is its own. */
const numberOf = ({ o0, op1, CRn, CRm, op2 }: FieldValues): number =>
  1 + ((o0 << 14) | (op1 << 11) | (CRn << 7) | (CRm << 3) | op2);
const REGISTERS = 1 << 15;
const plainOf = (number: number): PlainRegister | undefined => {
  const n = number - 1;
  return plainRegister(2 + (n >> 14), (n >> 11) & 7, (n >> 7) & 15, (n >> 3) & 15, n & 7);
};
const register = (op1: number, CRn: number, CRm: number, op2: number): number =>
  numberOf({ o0: 1, op1, CRn, CRm, op2 });
const DAIF_NUMBER = register(3, 4, 2, 1);
const DCZID_NUMBER = register(3, 0, 0, 7);
const CTR_NUMBER = register(3, 0, 0, 1);
/** DCZID_EL0 where DC ZVA is not prohibited: blocks of 64 bytes. */
const DCZID = 4;

/** The level from which on `valueOf` is what a register reads as, where nothing traps; undefined: the host knows. */
function readableFrom(number: number): number | undefined {
  const isSpecial = number === DAIF_NUMBER || number === DCZID_NUMBER || number === CTR_NUMBER;
  return isSpecial ? 1 : plainOf(number)?.read;
}
function valueOf(c: Builder, number: number): I64 {
  if (number === DAIF_NUMBER) return c.extendU(c.get(DAIF) as I32);
  if (number === DCZID_NUMBER) return c.i64(DCZID);
  if (number === CTR_NUMBER) return c.extendU(c.get(CACHE_TYPE) as I32);
  const plain = plainOf(number);
  if (plain === undefined) throw new Error(`register ${number} is the host's to read`);
  return c.get(plain.cell);
}

/** Whether an access must go through the host: at a level below `level`, or with traps configured. */
function needsHost(c: Builder, level: number): I32 {
  const trapped = c.get(SYSREG_TRAPS) as I32;
  return level === 0 ? trapped : c.or(trapped, c.ltS(c.get(EL) as I32, level));
}

semantics(
  'MRS',
  (c, { Rt }, { variant }) => {
    const level = readableFrom(variant);
    if (level === undefined) return c.host('system');
    c.if(
      needsHost(c, level),
      () => c.host('system'),
      () => c.writeX(Rt, valueOf(c, variant)),
    );
  },
  {
    open: registerNumber,
    variant: { count: REGISTERS + 1, of: (f) => (readableFrom(numberOf(f)) === undefined ? 0 : numberOf(f)) },
  },
);

/** What the register holds after a write of a value. */
function merged(c: Builder, { cell, mask }: PlainRegister, value: I64): I64 {
  if (mask === ALL) return value;
  return c.or(c.and(c.get(cell), c.i64(mask ^ ALL)), c.and(value, c.i64(mask)));
}

semantics(
  'MSR (register)',
  (c, { Rt }, { variant }) => {
    const value = c.readX(Rt);
    if (variant === DAIF_NUMBER) {
      // Unmasking is the host's: an interrupt may be pending.
      const masks = c.and(c.wrap(value), 0x3c0);
      const unmasks = c.and(c.get(DAIF) as I32, c.not(masks));
      c.if(
        c.or(c.ltS(c.get(EL) as I32, 1), unmasks),
        () => c.host('system'),
        () => c.set(DAIF, masks),
      );
      return;
    }
    const plain = plainOf(variant);
    if (plain?.write === undefined) return c.host('system');
    c.if(
      needsHost(c, plain.write),
      () => c.host('system'),
      () => c.set(plain.cell, merged(c, plain, value)),
    );
  },
  {
    open: registerNumber,
    variant: {
      count: REGISTERS + 1,
      of: (f) => {
        const number = numberOf(f);
        return number === DAIF_NUMBER || plainOf(number)?.write !== undefined ? number : 0;
      },
    },
  },
);

// Variant 1 is DAIFSet, whose immediate is CRm.
semantics(
  'MSR (immediate)',
  (c, _operands, { variant }) => {
    if (variant === 0) return c.host('system');
    c.if(
      c.ltS(c.get(EL) as I32, 1),
      () => c.host('system'),
      () =>
        c.set(
          DAIF,
          c.or(
            c.get(DAIF) as I32,
            c.imm32((f) => f.CRm << 6),
          ),
        ),
    );
  },
  {
    open: registerNumber,
    variant: { count: 2, of: (f) => Number(f.op1 === 3 && f.op2 === 6) },
  },
);

// Variant 1 is DC ZVA.
semantics(
  'SYS',
  (c, { Rt }, { variant }) => {
    if (variant === 1) c.host('zeroBlock', c.readX(Rt));
    else c.host('system');
  },
  {
    open: registerNumber,
    variant: {
      count: 2,
      of: (f) => Number(f.op1 === 3 && f.CRn === 7 && f.CRm === 4 && f.op2 === 1),
    },
  },
);
