/** The named operations of SYS: instruction and data cache, address translation, TLB. Arm ARM C5.3 to C5.5. */
import type { ExceptionLevel, SystemEncoding } from './register.js';

export interface SystemOperation extends SystemEncoding {
  readonly instruction: 'IC' | 'DC' | 'AT' | 'TLBI';
  /** The manual's name: `ZVA`, `VAAE1IS`. */
  readonly name: string;
  /** Whether it takes an argument in Xt; without one, Rt is 31. */
  readonly takesXt: boolean;
  /** The lowest exception level that can execute it while no trap is configured. */
  readonly level: ExceptionLevel;
}

/** A row is `op1 CRn CRm op2`, `elN` and, where there is an argument, `x`. */
function operations(
  instruction: SystemOperation['instruction'],
  rows: Readonly<Record<string, string>>,
): readonly SystemOperation[] {
  return Object.entries(rows).map(([name, row]) => {
    const [op1, CRn, CRm, op2] = row.split(' ').slice(0, 4).map(Number);
    const level = levels.find((each) => row.includes(` el${each}`)) ?? 1;
    return { instruction, name, op0: 1, op1, CRn, CRm, op2, takesXt: row.endsWith(' x'), level };
  });
}

const levels: readonly ExceptionLevel[] = [0, 1, 2, 3];

export const systemOperations: readonly SystemOperation[] = [
  ...operations('IC', {
    IALLUIS: '0 7 1 0 el1',
    IALLU: '0 7 5 0 el1',
    IVAU: '3 7 5 1 el0 x',
  }),
  ...operations('DC', {
    IVAC: '0 7 6 1 el1 x',
    ISW: '0 7 6 2 el1 x',
    CSW: '0 7 10 2 el1 x',
    CISW: '0 7 14 2 el1 x',
    ZVA: '3 7 4 1 el0 x',
    CVAC: '3 7 10 1 el0 x',
    CVAU: '3 7 11 1 el0 x',
    CIVAC: '3 7 14 1 el0 x',
  }),
  ...operations('AT', {
    S1E1R: '0 7 8 0 el1 x',
    S1E1W: '0 7 8 1 el1 x',
    S1E0R: '0 7 8 2 el1 x',
    S1E0W: '0 7 8 3 el1 x',
    S1E2R: '4 7 8 0 el2 x',
    S1E2W: '4 7 8 1 el2 x',
    S12E1R: '4 7 8 4 el2 x',
    S12E1W: '4 7 8 5 el2 x',
    S12E0R: '4 7 8 6 el2 x',
    S12E0W: '4 7 8 7 el2 x',
    S1E3R: '6 7 8 0 el3 x',
    S1E3W: '6 7 8 1 el3 x',
  }),
  ...operations('TLBI', {
    VMALLE1IS: '0 8 3 0 el1',
    VAE1IS: '0 8 3 1 el1 x',
    ASIDE1IS: '0 8 3 2 el1 x',
    VAAE1IS: '0 8 3 3 el1 x',
    VALE1IS: '0 8 3 5 el1 x',
    VAALE1IS: '0 8 3 7 el1 x',
    VMALLE1: '0 8 7 0 el1',
    VAE1: '0 8 7 1 el1 x',
    ASIDE1: '0 8 7 2 el1 x',
    VAAE1: '0 8 7 3 el1 x',
    VALE1: '0 8 7 5 el1 x',
    VAALE1: '0 8 7 7 el1 x',
    IPAS2E1IS: '4 8 0 1 el2 x',
    IPAS2LE1IS: '4 8 0 5 el2 x',
    ALLE2IS: '4 8 3 0 el2',
    VAE2IS: '4 8 3 1 el2 x',
    ALLE1IS: '4 8 3 4 el2',
    VALE2IS: '4 8 3 5 el2 x',
    VMALLS12E1IS: '4 8 3 6 el2',
    IPAS2E1: '4 8 4 1 el2 x',
    IPAS2LE1: '4 8 4 5 el2 x',
    ALLE2: '4 8 7 0 el2',
    VAE2: '4 8 7 1 el2 x',
    ALLE1: '4 8 7 4 el2',
    VALE2: '4 8 7 5 el2 x',
    VMALLS12E1: '4 8 7 6 el2',
    ALLE3IS: '6 8 3 0 el3',
    VAE3IS: '6 8 3 1 el3 x',
    VALE3IS: '6 8 3 5 el3 x',
    ALLE3: '6 8 7 0 el3',
    VAE3: '6 8 7 1 el3 x',
    VALE3: '6 8 7 5 el3 x',
  }),
];

function key({ op1, CRn, CRm, op2 }: Omit<SystemEncoding, 'op0'>): number {
  return (op1 << 11) | (CRn << 7) | (CRm << 3) | op2;
}

const byKey = new Map(systemOperations.map((operation) => [key(operation), operation]));

/** The named operation that SYS performs by these numbers; undefined where there is none. */
export function systemOperation(encoding: Omit<SystemEncoding, 'op0'>): SystemOperation | undefined {
  return byKey.get(key(encoding));
}

const byName = new Map(systemOperations.map((each) => [`${each.instruction} ${each.name}`, each]));

/** An operation by `instruction name`, in any case of letters: `dc zva`. */
export function systemOperationNamed(text: string): SystemOperation | undefined {
  return byName.get(text.toUpperCase());
}
