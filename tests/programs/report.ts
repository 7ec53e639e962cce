/**
 * Programs that note the exceptions they take, for tests here and for the same on QEMU (`conformance/programs.ts`).
 * With the MMU on, their vectors write each exception's syndrome, return address and fault address to REPORT and go on
 * behind the instruction, or at the caller's.
 *
 * When a program's body begins, X0 is DATA_PAGE and X28 the place of the next report; X20 to X24 are the vectors'.
 * `svc` and `hvc` call them: #0 changes nothing, #1 stores to [X0] on the way, #2 ends the program, `hvc #3` does
 * `hypervisor`.
 */
import { vectors } from './interrupts.js';
import { machineFor, psci, SYSTEM_OFF } from './program.js';

/** Memory that every level may read and write, and so the 4 KiB before it. */
export const DATA_PAGE = 0x4020_1000;
/** Where reports go, and how many bytes of them there can be. */
export const REPORT = 0x4030_0000;
export const REPORT_BYTES = 0x1000;
/** Stands behind the last report. */
const END = 0xfeedn;

export interface ReportingProgram {
  /** Level of the body. D, A, I and F are set when it begins. */
  readonly el: 0 | 1 | 2;
  /** At EL2, before the body. */
  readonly setUp?: string;
  /** Ends by itself in `svc #2`, from EL0, or in `b finish`. */
  readonly body: string;
  /** What EL2 does at `hvc #3`. */
  readonly hypervisor?: string;
  /** After an exception, go on where X30 says rather than behind the instruction. */
  readonly returnsToCaller?: boolean;
}

/** One exception: what the syndrome register said, where it returns to, and, of faults, which address was accessed. */
export interface Report {
  readonly esr: bigint;
  readonly elr: bigint;
  readonly far: bigint;
}

/** Instructions that put a 64-bit value into a register. */
export function set(register: string, value: number | bigint): string {
  const half = (n: number): bigint => (BigInt(value) >> BigInt(16 * n)) & 0xffffn;
  const rest = [1, 2, 3].filter((n) => half(n) !== 0n);
  return [
    `movz ${register}, #${half(0)}`,
    ...rest.map((n) => `movk ${register}, #${half(n)}, lsl #${16 * n}`),
  ].join('\n');
}

/** Instructions that write a value to a system register: clobbers x9. */
export const write = (register: string, value: number | bigint): string => `
  ${set('x9', value)}
  msr ${register}, x9`;

/** Normal memory, inner shareable, accessed, that EL0 may read: a block of 2 MiB. */
const BLOCK = 0x741n;
const READ_ONLY = 1n << 7n;
/** 4 KiB granule, 39 bits, write-back, inner shareable; EL1 without TTBR1; 40 bits of physical address. */
const TCR_EL1 = 0x3519n | (1n << 23n) | (2n << 32n);
const TCR_EL2 = 0x3519n | (1n << 31n) | (1n << 23n) | (2n << 16n);
/** Attribute 0 is Normal write-back, attribute 1 Device. */
const MAIR = 0x04ffn;
/** RES1 bits, and M, C and I. */
export const SCTLR_EL1 = 0x30d0_0800n | 0x1005n;
export const SCTLR_EL2 = 0x30c5_0830n | 0x1005n;
const DAIF = 0x3c0;

const address = (register: string, label: string): string => `
  adr x9, ${label}
  msr ${register}, x9`;

const vectorsOf = (el: 1 | 2): string => `
  .align 2048
  vectors${el}:
  ${vectors(Object.fromEntries(Array.from({ length: 16 }, (_, i) => [i * 0x80, `exception${el}`])))}`;

/** Exception class: SVC and HVC of AArch64; aborts and watchpoints, less the bits that differ among them. */
const CALLS = { 1: 0x15, 2: 0x16 } as const;
const FAULTS = 0x24;
const FAULT_BITS = 0x2e;
const STEPPED = 0x32;

const handler = (el: 1 | 2, { hypervisor = '', returnsToCaller = false }: ReportingProgram): string => `
  exception${el}:
  mrs x20, esr_el${el}
  mrs x21, elr_el${el}
  lsr x22, x20, #26
  and x24, x20, #0xff
  cmp x22, #${CALLS[el]}
  b.eq call${el}
  mrs x23, far_el${el}
  mov x24, #${FAULT_BITS}
  and x24, x22, x24
  cmp x24, #${FAULTS}
  csel x23, x23, xzr, eq
  stp x20, x21, [x28], #16
  str x23, [x28], #8
  and x22, x22, #0x3e
  cmp x22, #${STEPPED}
  b.eq stepped${el}
  ${returnsToCaller ? 'mov x21, x30' : 'add x21, x21, #4'}
  msr elr_el${el}, x21
  eret
  stepped${el}:
  msr mdscr_el1, xzr
  eret
  call${el}:
  cmp x24, #2
  b.eq finish
  cmp x24, #3
  b.eq requested${el}
  cbz x24, return${el}
  str xzr, [x0]
  return${el}:
  eret
  requested${el}:
  ${el === 2 ? hypervisor : ''}
  eret`;

/** The whole program's text. */
export function reporting(source: ReportingProgram): string {
  const { el, setUp = '', body } = source;
  const mode = el === 0 ? 0 : (el << 2) | 1;
  return `
    adr x9, level2
    orr x9, x9, #3             // a table
    adr x10, level1
    str x9, [x10, #8]
    ${address('vbar_el1', 'vectors1')}
    ${address('vbar_el2', 'vectors2')}
    ${address('ttbr0_el1', 'level1')}
    ${address('ttbr0_el2', 'level1')}
    ${write('mair_el1', MAIR)}
    ${write('mair_el2', MAIR)}
    ${write('tcr_el1', TCR_EL1)}
    ${write('tcr_el2', TCR_EL2)}
    ${write('sctlr_el1', SCTLR_EL1)}
    ${write('hcr_el2', 1n << 31n)}
    msr oslar_el1, xzr
    isb
    ${write('sctlr_el2', SCTLR_EL2)}
    isb
    ${set('x0', DATA_PAGE)}
    ${set('x28', REPORT)}
    ${setUp}
    ${address('elr_el2', 'body')}
    ${write('spsr_el2', DAIF | mode)}
    eret
    body:
    ${body}
    finish:
    ${set('x9', END)}
    str x9, [x28]
    ${psci(SYSTEM_OFF)}
    ${vectorsOf(1)}
    ${vectorsOf(2)}
    ${handler(1, source)}
    ${handler(2, source)}
    .align 4096
    level1:
    .quad 0
    .quad 0
    .align 4096
    level2:
    .quad ${0x4000_0000n | BLOCK | READ_ONLY}
    .quad ${0x4020_0000n | BLOCK}`;
}

/** What a program reported: `bytes` are its memory from REPORT on. Throws if it did not come to its end. */
export function reportsIn(bytes: Uint8Array): Report[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const reports: Report[] = [];
  for (let at = 0; at + 24 <= bytes.length; at += 24) {
    const [esr, elr, far] = [0, 8, 16].map((offset) => view.getBigUint64(at + offset, true));
    if (esr === END) return reports;
    reports.push({ esr, elr, far });
  }
  throw new Error('the program did not come to its end');
}

/** Runs a program on board virt here. Throws if it does not come to its end. */
export function runReporting(source: ReportingProgram): Report[] {
  const machine = machineFor(reporting(source), { ramSize: 0x40_0000 });
  machine.run({ instructions: 10_000 });
  return reportsIn(machine.readMemory(REPORT, REPORT_BYTES) ?? new Uint8Array());
}
