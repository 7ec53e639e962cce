/** Operands of the system instructions. */
import type { FieldValues } from '../encoding.js';
import {
  genericName,
  registerNamed,
  registerToRead,
  registerToWrite,
  systemOperation,
  systemOperationNamed,
  systemOperations,
  type SystemEncoding,
  type SystemRegister,
} from '../system/index.js';
import { NUMBER, parseNumber } from './numbers.js';
import type { Operand, OperandFactory } from './operand.js';

const encodingOf = (f: FieldValues): SystemEncoding => ({
  op0: 2 + f.o0,
  op1: f.op1,
  CRn: f.CRn,
  CRm: f.CRm,
  op2: f.op2,
});

/** A register by its name where `find` knows one, else by the generic name. */
function systemRegister(find: (encoding: SystemEncoding) => SystemRegister | undefined): Operand {
  return {
    fields: ['o0', 'op1', 'CRn', 'CRm', 'op2'],
    pattern: '\\w+',
    print(f) {
      const register = find(encodingOf(f));
      return register === undefined || register.generic ? genericName(encodingOf(f)) : register.name;
    },
    parse(text) {
      const generic = /^s([23])_([0-7])_c(\d|1[0-5])_c(\d|1[0-5])_([0-7])$/.exec(text);
      if (generic !== null) {
        const [op0, op1, CRn, CRm, op2] = generic.slice(1).map(Number);
        return { o0: op0 - 2, op1, CRn, CRm, op2 };
      }
      const register = registerNamed(text);
      if (register === undefined) return undefined;
      const { op0, op1, CRn, CRm, op2 } = register;
      return { o0: op0 - 2, op1, CRn, CRm, op2 };
    },
  };
}

/** `dc zva` and the like; `takesXt` says which of the operations. */
function operation(takesXt: boolean): Operand {
  const names = systemOperations.filter((each) => each.takesXt === takesXt);
  return {
    fields: ['op1', 'CRn', 'CRm', 'op2'],
    pattern: names.map((each) => `${each.instruction} ${each.name}`.toLowerCase()).join('|'),
    print({ op1, CRn, CRm, op2 }) {
      const found = systemOperation({ op1, CRn, CRm, op2 });
      if (found === undefined || found.takesXt !== takesXt) return undefined;
      return `${found.instruction} ${found.name}`.toLowerCase();
    },
    parse(text) {
      const found = systemOperationNamed(text);
      if (found === undefined) return undefined;
      const { op1, CRn, CRm, op2 } = found;
      return { op1, CRn, CRm, op2 };
    },
  };
}

/** A field by names where it has one, else as `#number`. */
function namedOrNumber(field: string, names: readonly string[], limit: number): Operand {
  return {
    fields: [field],
    pattern: `${names.filter((name) => name !== '').join('|')}|#?${NUMBER}`,
    print: (f) => names[f[field]] || `#${f[field]}`,
    parse(text) {
      const named = names.indexOf(text);
      if (named >= 0) return { [field]: named };
      const value = Number(parseNumber(text.replace('#', '')));
      return value >= 0 && value < limit ? { [field]: value } : undefined;
    },
  };
}

/** CRm of DMB and DSB: domain and kind of access. Unnamed values act as SY. */
const BARRIERS = [
  '',
  'oshld',
  'oshst',
  'osh',
  '',
  'nshld',
  'nshst',
  'nsh',
  '',
  'ishld',
  'ishst',
  'ish',
  '',
  'ld',
  'st',
  'sy',
];

/** Rt of the prefetches: type, level and policy; level 4 and type 3 have no names. */
const PREFETCHES = ['pld', 'pli', 'pst'].flatMap((type) =>
  ['l1', 'l2', 'l3', ''].flatMap((level) =>
    ['keep', 'strm'].map((policy) => (level === '' ? '' : type + level + policy)),
  ),
);

const PSTATE_FIELDS: readonly { name: string; op1: number; op2: number }[] = [
  { name: 'SPSel', op1: 0, op2: 5 },
  { name: 'DAIFSet', op1: 3, op2: 6 },
  { name: 'DAIFClr', op1: 3, op2: 7 },
];

const pstateField: Operand = {
  fields: ['op1', 'op2'],
  pattern: PSTATE_FIELDS.map(({ name }) => name.toLowerCase()).join('|'),
  print: ({ op1, op2 }) => PSTATE_FIELDS.find((each) => each.op1 === op1 && each.op2 === op2)?.name,
  parse(text) {
    const found = PSTATE_FIELDS.find(({ name }) => name.toLowerCase() === text);
    return found === undefined ? undefined : { op1: found.op1, op2: found.op2 };
  },
};

/** `c7`: CRn or CRm of SYS and SYSL. */
function controlNumber(field: string): Operand {
  return {
    fields: [field],
    pattern: 'c(?:1[0-5]|\\d)',
    print: (f) => `c${f[field]}`,
    parse: (text) => ({ [field]: Number(text.slice(1)) }),
  };
}

export const systemOperands: Readonly<Record<string, OperandFactory>> = {
  'read-system-register': () => systemRegister(registerToRead),
  'written-system-register': () => systemRegister(registerToWrite),
  'system-op': () => operation(true),
  'system-op-without-register': () => operation(false),
  'pstate-field': () => pstateField,
  barrier: () => namedOrNumber('CRm', BARRIERS, 16),
  prfop: () => namedOrNumber('Rt', PREFETCHES, 32),
  Cn: () => controlNumber('CRn'),
  Cm: () => controlNumber('CRm'),
};
