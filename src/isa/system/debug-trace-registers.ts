/** Debug registers, Arm ARM D13.3, and the trace unit's, ETM Architecture Specification (ETMv4) chapter 7. */
import { family, registers } from './register.js';

const debugRegisters = registers('Debug', {
  OSDTRRX_EL1: '2 0 0 0 2 r1 w1',
  MDCCINT_EL1: '2 0 0 2 0 r1 w1',
  MDSCR_EL1: '2 0 0 2 2 r1 w1',
  OSDTRTX_EL1: '2 0 0 3 2 r1 w1',
  OSECCR_EL1: '2 0 0 6 2 r1 w1',
  ...family(16, (n) => [`DBGBVR${n}_EL1`, `2 0 0 ${n} 4 r1 w1`]),
  ...family(16, (n) => [`DBGBCR${n}_EL1`, `2 0 0 ${n} 5 r1 w1`]),
  ...family(16, (n) => [`DBGWVR${n}_EL1`, `2 0 0 ${n} 6 r1 w1`]),
  ...family(16, (n) => [`DBGWCR${n}_EL1`, `2 0 0 ${n} 7 r1 w1`]),
  MDRAR_EL1: '2 0 1 0 0 r1',
  OSLAR_EL1: '2 0 1 0 4 w1',
  OSLSR_EL1: '2 0 1 1 4 r1',
  OSDLR_EL1: '2 0 1 3 4 r1 w1',
  DBGPRCR_EL1: '2 0 1 4 4 r1 w1',
  DBGCLAIMSET_EL1: '2 0 7 8 6 r1 w1',
  DBGCLAIMCLR_EL1: '2 0 7 9 6 r1 w1',
  DBGAUTHSTATUS_EL1: '2 0 7 14 6 r1',
  MDCCSR_EL0: '2 3 0 1 0 r0',
  DBGDTR_EL0: '2 3 0 4 0 r0 w0',
  DBGDTRRX_EL0: '2 3 0 5 0 r0',
  DBGDTRTX_EL0: '2 3 0 5 0 w0',
  DBGVCR32_EL2: '2 4 0 7 0 r2 w2',
  // Accessible in Debug state only; UNDEFINED otherwise.
  DSPSR_EL0: '3 3 4 5 0 r0 w0',
  DLR_EL0: '3 3 4 5 1 r0 w0',
});

/** Rows by the register's offset in the trace unit's memory map, from which its five numbers follow. */
function traceRows(access: string, offsets: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(offsets).map(([name, offset]) => {
      const number = offset >> 2;
      return [name, `2 1 ${number >> 7} ${number & 15} ${(number >> 4) & 7} ${access}`];
    }),
  );
}

/** `count` registers from `first` on, their offsets `step` bytes apart. */
function traceFamily(name: string, first: number, count: number, offset: number, step: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`${name}${first + n}`, offset + n * step]),
  );
}

const traceRegisters = registers('Trace', {
  ...traceRows('r1 w1', {
    TRCPRGCTLR: 0x004,
    TRCPROCSELR: 0x008,
    TRCCONFIGR: 0x010,
    TRCAUXCTLR: 0x018,
    TRCEVENTCTL0R: 0x020,
    TRCEVENTCTL1R: 0x024,
    TRCSTALLCTLR: 0x02c,
    TRCTSCTLR: 0x030,
    TRCSYNCPR: 0x034,
    TRCCCCTLR: 0x038,
    TRCBBCTLR: 0x03c,
    TRCTRACEIDR: 0x040,
    TRCQCTLR: 0x044,
    TRCVICTLR: 0x080,
    TRCVIIECTLR: 0x084,
    TRCVISSCTLR: 0x088,
    TRCVIPCSSCTLR: 0x08c,
    TRCVDCTLR: 0x0a0,
    TRCVDSACCTLR: 0x0a4,
    TRCVDARCCTLR: 0x0a8,
    ...traceFamily('TRCSEQEVR', 0, 3, 0x100, 4),
    TRCSEQRSTEVR: 0x118,
    TRCSEQSTR: 0x11c,
    TRCEXTINSELR: 0x120,
    ...traceFamily('TRCCNTRLDVR', 0, 4, 0x140, 4),
    ...traceFamily('TRCCNTCTLR', 0, 4, 0x150, 4),
    ...traceFamily('TRCCNTVR', 0, 4, 0x160, 4),
    ...traceFamily('TRCIMSPEC', 0, 8, 0x1c0, 4),
    ...traceFamily('TRCRSCTLR', 2, 30, 0x208, 4),
    ...traceFamily('TRCSSCCR', 0, 8, 0x280, 4),
    ...traceFamily('TRCSSCSR', 0, 8, 0x2a0, 4),
    ...traceFamily('TRCSSPCICR', 0, 8, 0x2c0, 4),
    TRCPDCR: 0x310,
    ...traceFamily('TRCACVR', 0, 16, 0x400, 8),
    ...traceFamily('TRCACATR', 0, 16, 0x480, 8),
    ...traceFamily('TRCDVCVR', 0, 8, 0x500, 16),
    ...traceFamily('TRCDVCMR', 0, 8, 0x580, 16),
    ...traceFamily('TRCCIDCVR', 0, 8, 0x600, 8),
    ...traceFamily('TRCVMIDCVR', 0, 8, 0x640, 8),
    ...traceFamily('TRCCIDCCTLR', 0, 2, 0x680, 4),
    ...traceFamily('TRCVMIDCCTLR', 0, 2, 0x688, 4),
    TRCITCTRL: 0xf00,
    TRCCLAIMSET: 0xfa0,
    TRCCLAIMCLR: 0xfa4,
  }),
  ...traceRows('r1', {
    TRCSTATR: 0x00c,
    ...traceFamily('TRCIDR', 8, 6, 0x180, 4),
    ...traceFamily('TRCIDR', 0, 8, 0x1e0, 4),
    TRCOSLSR: 0x304,
    TRCPDSR: 0x314,
    ...traceFamily('TRCDEVAFF', 0, 2, 0xfa8, 4),
    TRCLSR: 0xfb4,
    TRCAUTHSTATUS: 0xfb8,
    TRCDEVARCH: 0xfbc,
    TRCDEVID: 0xfc8,
    TRCDEVTYPE: 0xfcc,
    ...traceFamily('TRCPIDR', 4, 4, 0xfd0, 4),
    ...traceFamily('TRCPIDR', 0, 4, 0xfe0, 4),
    ...traceFamily('TRCCIDR', 0, 4, 0xff0, 4),
  }),
  ...traceRows('w1', { TRCOSLAR: 0x300, TRCLAR: 0xfb0 }),
});

export const debugTraceRegisters = [...debugRegisters, ...traceRegisters];
