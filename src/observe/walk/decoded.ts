/** What of an instruction does not depend on where it is, by its word. */
import { registersWritten } from '../../engine/index.js';
import { decode, fieldsOf, registerToRead, registerToWrite, type SystemRegister } from '../../isa/index.js';
import type { Flow } from './step.js';

export interface Decoded {
  /** Where it leads if it takes no exception. */
  readonly flow: Exclude<Flow['kind'], 'exception'> | 'exception return';
  readonly isConditional: boolean;
  /** It goes where a register says. */
  readonly isIndirect: boolean;
  /** It accesses two registers' worth of memory. */
  readonly isPair: boolean;
  /** Its result may be an address that somebody wants to know the name of. */
  readonly makesAddress: boolean;
  readonly x: readonly number[];
  readonly v: readonly number[];
  readonly flags: boolean;
  /** MSR (register) or MRS: the register, where it is known, and the general one, 31 for XZR. */
  readonly writes: { readonly register: SystemRegister; readonly from: number } | undefined;
  readonly reads: { readonly register: SystemRegister; readonly to: number } | undefined;
}

const flows: Readonly<Record<string, Decoded['flow']>> = {
  ...{ B: 'branch', 'B.cond': 'branch', CBZ: 'branch', CBNZ: 'branch', TBZ: 'branch', TBNZ: 'branch' },
  ...{ BR: 'branch', BL: 'call', BLR: 'call', RET: 'return', ERET: 'exception return' },
};
const conditional = new Set(['B.cond', 'CBZ', 'CBNZ', 'TBZ', 'TBNZ']);
const indirect = new Set(['BR', 'BLR', 'RET', 'ERET']);
const addresses = /^(ADRP?$|ADD \(immediate\)|LDR|LDP|LDUR|MOV|MRS)/;

/** Different words that are kept. */
const KEPT = 65_536;
const known = new Map<number, Decoded>();

export function decoded(word: number): Decoded {
  const found = known.get(word);
  if (found !== undefined) return found;
  if (known.size >= KEPT) known.clear();
  const made = take(word);
  known.set(word, made);
  return made;
}

function take(word: number): Decoded {
  const encoding = decode(word);
  const name = encoding?.name ?? '';
  const fields = encoding === undefined ? {} : fieldsOf(encoding, word);
  const system = { op0: 2 + fields.o0, op1: fields.op1, CRn: fields.CRn, CRm: fields.CRm, op2: fields.op2 };
  const written = name === 'MSR (register)' ? registerToWrite(system) : undefined;
  const read = name === 'MRS' ? registerToRead(system) : undefined;
  return {
    flow: flows[name] ?? 'next',
    isConditional: conditional.has(name),
    isIndirect: indirect.has(name),
    isPair: encoding?.group === 'Load/store register pair',
    makesAddress: addresses.test(name),
    ...(encoding === undefined ? { x: [], v: [], flags: false } : registersWritten(word)),
    writes: written && { register: written, from: fields.Rt },
    reads: read && { register: read, to: fields.Rt },
  };
}
