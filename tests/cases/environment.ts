/**
 * What surrounds a test: exception level, stack pointers, control registers, register contents, code address.
 * Mostly ordinary, sometimes with a trap enabled.
 */
import { DATA_BYTES, HIGH_WINDOW, PAGE, WINDOW } from './layout.js';
import { SCTLR_EL2 } from './address-space.js';
import { integerOperand, laneOperands, type LaneKind } from './operands.js';
import type { Random } from './random.js';
import { TestCase } from './test-case.js';

const bit = (n: number): bigint => 1n << BigInt(n);

/** SCTLR_EL1: RES1 bits, MMU, caches. nTWI stays 0: a WFI that is not trapped would never end. */
const SCTLR_EL1 = 0x30c0_0800n | 0x1005n;
const sctlr = { A: bit(1), UMA: bit(9), DZE: bit(14), UCT: bit(15), nTWE: bit(18), UCI: bit(26) } as const;
const FPEN_ALL = 3n << 20n;
/** HCR_EL2: EL1 is AArch64; SMC is trapped, since QEMU would take it as PSCI. */
export const HCR_EL2 = bit(31) | bit(19);
/** Traps of HCR_EL2: TWI, TID1..3, TACR, TSW, TPC, TPU, TTLB, TVM, TDZ, TRVM. */
const hcrTraps = [13, 16, 17, 18, 21, 22, 23, 24, 25, 26, 28, 30].map(bit);
const CPTR_EL2 = 0x33ffn;
/** HCR_EL2.VM: stage 2 translation, as address-space.ts sets it up. */
const HCR_VM = bit(0);
/** Routing and pending virtual exceptions: FMO and VF, IMO and VI, AMO and VSE. */
const virtualExceptions = [bit(3) | bit(6), bit(4) | bit(7), bit(5) | bit(8)];
const mdscr = { SS: bit(0), KDE: bit(13), MDE: bit(15) } as const;
const SPSR_SS = bit(21);
/** Traps of CPTR_EL2: TFP, TCPAC. */
const cptrTraps = [10, 31].map(bit);
/** MDCR_EL2.HPMN: all six counters of a Cortex-A53 belong to EL1. */
const MDCR_EL2 = 6n;
/** Traps of MDCR_EL2: TPM, TDE, TDA, TDOSA, TDRA. QEMU 7.2 does not have TPMCR. */
const mdcrTraps = [6, 8, 9, 10, 11].map(bit);

/** Pages that data addresses are drawn from; address-space.ts says what lies there. */
const dataPages = Array.from({ length: 0x11 }, (_, i) => 0x10 + i);
/** Pages that an access in their middle reads and writes at every level. */
const plainPages = [0x10, 0x11, 0x14, 0x16, 0x18, 0x1a, 0x1c, 0x1e];
/** Device memory, out of reach of the other pages' unaligned accesses: QEMU 7.2 does not check their alignment. */
const DEVICE_PAGE = 0x180;

const oddAddresses: readonly bigint[] = [
  0n,
  1n,
  8n,
  0xffff_ffff_ffff_fff8n,
  0xffff_ffff_ffff_ffffn,
  0x0000_0080_0000_0000n,
  0xffff_ff7f_ffff_fff8n,
  0x0001_0000_0000_0000n,
  0x0000_0012_3420_0000n,
  0x0000_0012_7400_0000n,
  0x5500_0012_3401_0100n,
  0xaaff_ff92_3401_0100n,
];

function windowBase(random: Random, level: number): bigint {
  const high = level === 2 ? random.oneIn(16) : random.oneIn(3);
  const tag = random.oneIn(12) ? BigInt(random.below(256)) << 56n : 0n;
  if (!high) return level === 2 ? WINDOW | tag : WINDOW;
  return tag === 0n ? HIGH_WINDOW : (HIGH_WINDOW & 0x00ff_ffff_ffff_ffffn) | tag | bit(55);
}

/** An address in the middle of a page that can be read and written at every level, a multiple of 16. */
export function plainAddress(random: Random, level: number): bigint {
  const base = level === 2 ? WINDOW : random.oneIn(3) ? HIGH_WINDOW : WINDOW;
  return base + BigInt(random.pick(plainPages) * PAGE + 0x400 + 16 * random.below(0x80));
}

/** An address for a load or store: aligned, unaligned, at a page's edge, in a page that faults, or nowhere. */
export function dataAddress(random: Random, level: number): bigint {
  switch (random.below(16)) {
    case 0:
      return random.pick(oddAddresses);
    case 1:
      return integerOperand(random);
    case 2:
      return windowBase(random, level) + BigInt(DEVICE_PAGE * PAGE + 64 * random.below(60));
    case 3:
    case 4:
    case 5:
    case 6:
      // Within 64 bytes of a page's end.
      return windowBase(random, level) + BigInt((random.pick(dataPages) + 1) * PAGE - 64 + random.below(80));
    case 7:
    case 8:
    case 9:
      return windowBase(random, level) + BigInt(random.pick(plainPages) * PAGE + random.below(PAGE - 64));
    case 10:
    case 11:
      return (
        windowBase(random, level) + BigInt(random.pick(dataPages) * PAGE + 16 * random.below(PAGE / 16 - 4))
      );
    default:
      return (
        windowBase(random, level) + BigInt(random.pick(plainPages) * PAGE + 16 * random.below(PAGE / 16 - 4))
      );
  }
}

/** Whether `address` is in the page of Device memory, in either window. */
export function isDevice(address: bigint): boolean {
  return ((address - WINDOW) & 0xffff_f000n) === BigInt(DEVICE_PAGE * PAGE);
}

/** Pages full of operands, for the two data pages of a batch. */
export function dataPagesContent(random: Random): Uint8Array {
  const bytes = new Uint8Array(DATA_BYTES);
  const view = new DataView(bytes.buffer);
  const kinds: LaneKind[] = [8, 16, 32, 64].flatMap((bits) => [
    { bits: bits as LaneKind['bits'], float: false },
    { bits: bits as LaneKind['bits'], float: true },
  ]);
  for (let at = 0; at < DATA_BYTES; at += 8)
    view.setBigUint64(at, laneOperands(random, random.pick(kinds)), true);
  return bytes;
}

/** Picks the sum of some of `bits`; mostly none. */
function someOf(random: Random, bits: readonly bigint[], oneIn: number): bigint {
  return random.oneIn(oneIn) ? random.pick(bits) | (random.oneIn(3) ? random.pick(bits) : 0n) : 0n;
}

function controlRegisters(random: Random, test: TestCase): void {
  let sctlrEl1 = SCTLR_EL1;
  for (const [name, value] of Object.entries(sctlr)) {
    if (name === 'A' ? random.oneIn(8) : random.oneIn(2)) sctlrEl1 |= value;
  }
  test.set('sctlrEl1', sctlrEl1);
  test.set('sctlrEl2', SCTLR_EL2 | (random.oneIn(8) ? sctlr.A : 0n));
  test.set('cpacrEl1', random.oneIn(24) ? BigInt(random.below(4)) << 20n : FPEN_ALL);
  test.set('hcrEl2', HCR_EL2 | someOf(random, hcrTraps, 32));
  test.set('cptrEl2', CPTR_EL2 | someOf(random, cptrTraps, 48));
  test.set('mdcrEl2', MDCR_EL2 | someOf(random, mdcrTraps, 48));
  test.set('mdscrEl1', 0n);
}

/** Rounding mode, FZ, DN, AHP: half of the time as after reset. */
function randomFpcr(random: Random): bigint {
  return random.oneIn(2) ? 0n : BigInt(random.below(32)) << 22n;
}

const randomFpsr = (random: Random): bigint => (random.oneIn(2) ? 0n : random.long() & 0x0800_009fn);

/**
 * SPSR for the entry to `level`: flags, masks, stack pointer selection; rarely PSTATE.IL. Interrupts stay
 * masked or not as drawn: none is pending.
 */
function entryState(random: Random, level: number): bigint {
  const flags = BigInt(random.below(16)) << 28n;
  const masks = BigInt(random.below(16)) << 6n;
  const illegal = random.oneIn(400) ? bit(20) : 0n;
  const select = level === 0 || random.oneIn(4) ? 0n : 1n;
  return flags | masks | illegal | BigInt(level << 2) | select;
}

/** Stage 2 or a pending virtual interrupt, now and then. */
function virtualisation(random: Random, test: TestCase): void {
  let hcr = test.get('hcrEl2');
  if (random.oneIn(24)) hcr |= HCR_VM;
  if (random.oneIn(100)) hcr |= random.pick(virtualExceptions);
  test.set('hcrEl2', hcr);
}

/** Software step, a breakpoint on or near the code, a watchpoint on the data pages. Arm ARM D2. */
function selfHostedDebug(random: Random, test: TestCase): void {
  if (!random.oneIn(40)) return;
  const pc = test.get('pc');
  test.set('mdscrEl1', (random.oneIn(2) ? mdscr.KDE : 0n) | (random.oneIn(2) ? mdscr.SS : mdscr.MDE));
  if (random.oneIn(2)) test.set('spsr', test.get('spsr') | SPSR_SS);
  // Enabled, for EL0 or EL1 or both; breakpoints on whole words, watchpoints on some bytes of a doubleword.
  const privilege = BigInt(1 + random.below(3)) << 1n;
  test.set('dbgbvr0', (pc & ~3n) + BigInt(4 * random.below(2)));
  test.set('dbgbcr0', BigInt(random.below(2)) | privilege | (0xfn << 5n));
  const bytes = BigInt(random.pick([0xff, 0x0f, 0xf0, 0x01, 0x80]));
  const access = BigInt(1 + random.below(3)) << 3n;
  test.set('dbgwvr0', plainAddress(random, test.level) & ~7n);
  test.set('dbgwcr0', BigInt(random.below(2)) | privilege | access | (bytes << 5n));
}

/**
 * A case without words at a level where nothing traps: every operation of EL0 is allowed, masks are set, the level's own
 * stack pointer is selected. General and vector registers are zero.
 */
export function ordinaryCase(level: number): TestCase {
  const test = new TestCase();
  test.set('sctlrEl1', SCTLR_EL1 | sctlr.UMA | sctlr.DZE | sctlr.UCT | sctlr.nTWE | sctlr.UCI);
  test.set('sctlrEl2', SCTLR_EL2);
  test.set('cpacrEl1', FPEN_ALL);
  test.set('hcrEl2', HCR_EL2);
  test.set('cptrEl2', CPTR_EL2);
  test.set('mdcrEl2', MDCR_EL2);
  test.set('spsr', 0x3c0n | BigInt(level === 0 ? 0 : (level << 2) | 1));
  test.set('pc', WINDOW + 0x400n);
  for (const register of ['spEl0', 'spEl1', 'spEl2'] as const) test.set(register, WINDOW + 0x1_0800n);
  return test;
}

/** Sets everything but the words and their operands. `level` undefined draws one. */
export function setEnvironment(random: Random, test: TestCase, level?: number): void {
  const chosen = level ?? random.pick([0, 0, 0, 0, 1, 1, 1, 1, 2]);
  controlRegisters(random, test);
  test.set('spsr', entryState(random, chosen));
  test.set('fpcr', randomFpcr(random));
  test.set('fpsr', randomFpsr(random));
  for (const register of ['spEl0', 'spEl1', 'spEl2'] as const) {
    test.set(register, random.oneIn(4) ? integerOperand(random) : plainAddress(random, chosen));
  }
  test.set('elrEl1', WINDOW + BigInt(4 * random.below(0x800)));
  test.set('spsrEl1', BigInt(random.below(16)) << 28n);
  test.set('pc', codeAddress(random, chosen));
  virtualisation(random, test);
  selfHostedDebug(random, test);
}

/** Where the test's words go: mostly inside a page, sometimes over a page's end or at the last word. */
function codeAddress(random: Random, level: number): bigint {
  const base = level !== 2 && random.oneIn(4) ? HIGH_WINDOW : WINDOW;
  if (random.oneIn(24)) return base + BigInt(random.pick([PAGE - 4, PAGE, 2 * PAGE - 128]));
  return base + BigInt(0x400 + 4 * random.below(0x100));
}
