/**
 * Programs in which something arms debug exceptions. Each executes the same store before it, when nothing must happen,
 * and behind it, when the exception must come, wherever a look at the first store might have been kept. Arm ARM D2.
 */
import { DATA_PAGE, write, type ReportingProgram } from './report.js';

const MDSCR = { SS: 1, KDE: 1 << 13, MDE: 1 << 15 } as const;
const MDCR_TDE = 1 << 8;
/** E, for EL0, EL1 and, by HMC, EL2. */
const ENABLED = 1 | (3 << 1) | (1 << 13);
/** Stores to the doubleword. */
const WATCH = ENABLED | (2 << 3) | (0xff << 5);
const BREAK = ENABLED | (0xf << 5);

interface Kind {
  /** What enables it in MDSCR_EL1. */
  readonly mdscr: number;
  /** Sets the registers of a breakpoint or watchpoint. */
  readonly registers: string;
}

const kinds = {
  watchpoint: {
    mdscr: MDSCR.MDE,
    registers: `${write('dbgwvr0_el1', DATA_PAGE)} ${write('dbgwcr0_el1', WATCH)}`,
  },
  breakpoint: {
    mdscr: MDSCR.MDE,
    registers: `adr x9, store\n msr dbgbvr0_el1, x9 ${write('dbgbcr0_el1', BREAK)}`,
  },
  'software step': { mdscr: MDSCR.SS, registers: '' },
} as const satisfies Record<string, Kind>;

interface Arming {
  readonly el: 0 | 1 | 2;
  /** MDSCR_EL1 at the start. PSTATE.D is set then. */
  readonly mdscr: (kind: Kind) => number;
  /** At EL2, before; the kind's registers, unless something else is given. */
  readonly setUp?: (kind: Kind) => string;
  /** What goes before the first store, while nothing is armed. */
  readonly before?: string;
  /** The first store, where it is another than the second. */
  readonly first?: string;
  readonly arm: (kind: Kind) => string;
  readonly hypervisor?: string;
  /** Level of the second store, where it is another than `el`. */
  readonly endsAt?: 0;
}

/** Goes on at the next instruction by ERET from EL1. */
const returnWith = (spsr: number): string => `
  adr x9, next
  msr elr_el1, x9
  ${write('spsr_el1', spsr)}
  eret
  next:`;
/** A, I and F set, D clear. */
const AT_EL0 = 0x1c0;
const AT_EL1 = 0x1c5;

const enabled = ({ mdscr }: Kind): number => mdscr | MDSCR.KDE;
const lock = (register: string): string => `mov x9, #1\n msr ${register}, x9\n msr daifclr, #8`;

const armings = {
  'MSR DAIFClr': { el: 1, mdscr: enabled, arm: () => 'msr daifclr, #8' },
  'MSR DAIF': { el: 1, mdscr: enabled, arm: () => 'msr daif, xzr' },
  'MSR DAIFClr at EL2': {
    el: 2,
    mdscr: enabled,
    setUp: ({ registers }) => `${registers} ${write('mdcr_el2', MDCR_TDE)}`,
    arm: () => 'msr daifclr, #8',
  },
  'ERET with PSTATE.D clear': { el: 1, mdscr: enabled, arm: () => returnWith(AT_EL1) },
  // The unprivileged store of EL1 and the store of EL0 have their translations in common.
  'ERET to EL0': {
    el: 1,
    mdscr: ({ mdscr }) => mdscr,
    first: 'sttr xzr, [x0]',
    arm: () => returnWith(AT_EL0),
    endsAt: 0,
  },
  'the return from a handler': {
    el: 1,
    mdscr: enabled,
    before: 'msr daifclr, #8',
    first: 'svc #1',
    arm: () => '',
  },
  'MDSCR_EL1.KDE': {
    el: 1,
    mdscr: ({ mdscr }) => mdscr,
    before: 'msr daifclr, #8',
    arm: (kind) => write('mdscr_el1', enabled(kind)),
  },
  'MDSCR_EL1.MDE or SS': {
    el: 1,
    mdscr: () => MDSCR.KDE,
    before: 'msr daifclr, #8',
    arm: (kind) => write('mdscr_el1', enabled(kind)),
  },
  'DBGWCR_EL1 or DBGBCR_EL1': {
    el: 1,
    mdscr: ({ mdscr }) => (mdscr === MDSCR.SS ? 0 : mdscr | MDSCR.KDE),
    setUp: () => '',
    before: 'msr daifclr, #8',
    arm: (kind) => kind.registers + write('mdscr_el1', enabled(kind)),
  },
  OSLAR_EL1: { el: 1, mdscr: enabled, before: lock('oslar_el1'), arm: () => 'msr oslar_el1, xzr' },
  OSDLR_EL1: { el: 1, mdscr: enabled, before: lock('osdlr_el1'), arm: () => 'msr osdlr_el1, xzr' },
  'MDCR_EL2.TDE': {
    el: 1,
    mdscr: ({ mdscr }) => mdscr,
    arm: () => 'hvc #3',
    hypervisor: write('mdcr_el2', MDCR_TDE),
  },
} as const satisfies Record<string, Arming>;

function armingProgram(kind: Kind, arming: Arming): ReportingProgram {
  const { el, mdscr, setUp = ({ registers }) => registers, before = '', first = 'bl probe' } = arming;
  return {
    el,
    setUp: `${setUp(kind)} ${write('mdscr_el1', mdscr(kind))}`,
    body: `
      ${before}
      ${first}
      ${arming.arm(kind)}
      bl probe
      ${(arming.endsAt ?? el) === 0 ? 'svc #2' : 'b finish'}
      probe:
      nop
      store:
      str xzr, [x0]
      ret`,
    ...(arming.hypervisor === undefined ? {} : { hypervisor: arming.hypervisor }),
  };
}

/** By kind of debug exception and by what arms it. */
export const armingPrograms: readonly (readonly [
  kind: keyof typeof kinds,
  arming: keyof typeof armings,
  program: ReportingProgram,
])[] = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((kind) =>
  (Object.keys(armings) as (keyof typeof armings)[]).map(
    (arming) => [kind, arming, armingProgram(kinds[kind], armings[arming])] as const,
  ),
);

/** Bytes 0 to 3 of the page are watched, for loads and stores. */
const WATCH_FIRST = ENABLED | (3 << 3) | (0xf << 5);

/** Accesses that touch the first bytes of DATA_PAGE though they begin elsewhere; four bytes at 0x60 are watched too. */
const overlapping = {
  'a store from the page before': 'sub x1, x0, #4\n str xzr, [x1]',
  'an unaligned store from the page before': 'sub x1, x0, #7\n str xzr, [x1]',
  'a load from the page before': 'sub x1, x0, #1\n ldr w2, [x1]',
  'the second of a pair': 'sub x1, x0, #8\n stp xzr, xzr, [x1]',
  'a vector from the page before': 'sub x1, x0, #12\n str q0, [x1]',
  'the end of a vector': 'sub x1, x0, #12\n ldr q0, [x1]',
  'DC ZVA': 'add x1, x0, #32\n dc zva, x1',
  // Nothing of the block may be zero then: its first eight bytes are reported.
  'DC ZVA of a block whose end is watched': `
    str x0, [x0, #64]
    add x1, x0, #64
    dc zva, x1
    ldr x1, [x1]
    stp x1, xzr, [x28], #16
    str xzr, [x28], #8`,
} as const;

export const overlappingPrograms = Object.entries(overlapping).map(
  ([name, access]): readonly [name: string, program: ReportingProgram] => [
    name,
    {
      el: 1,
      setUp: `${write('dbgwvr0_el1', DATA_PAGE)} ${write('dbgwcr0_el1', WATCH_FIRST)}
        ${write('dbgwvr1_el1', DATA_PAGE + 0x60)} ${write('dbgwcr1_el1', WATCH_FIRST)}
        ${write('cpacr_el1', 3 << 20)}
        ${write('mdscr_el1', MDSCR.MDE | MDSCR.KDE)}`,
      // With the pages in use before, and while debug exceptions are masked.
      body: `ldr x2, [x0]\n ldur x2, [x0, #-8]\n str x2, [x0]\n stur x2, [x0, #-8]
        msr daifclr, #8\n ${access}\n b finish`,
    },
  ],
);
