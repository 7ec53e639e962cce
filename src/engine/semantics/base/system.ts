/**
 * Exception generation and return, hints, barriers, system registers and instructions. Arm ARM C4.1, "Branches,
 * exception generating and system instructions".
 */
import { EXCLUSIVE_ADDRESS } from '../../layout.js';
import type { HostName } from '../../ir/nodes.js';
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

const registerNumber = ['o0', 'op1', 'CRn', 'CRm', 'op2'];
for (const name of ['MRS', 'MSR (register)', 'MSR (immediate)', 'SYSL']) {
  semantics(name, (c) => c.host('system'), { open: registerNumber });
}

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
