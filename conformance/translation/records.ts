/** Random settings of the translation regimes, an address and an operation. */
import type { Random } from '../../tests/cases/random.js';
import { operationsOf, record, RECORD_BYTES, type ProgramLevel } from './layout.js';
import { randomTable, roots, rootTable, tableAddress } from './tables.js';

export type Settings = Record<keyof typeof record, bigint>;

const attributeBytes = [0x00, 0x04, 0x08, 0x0c, 0x44, 0x4f, 0xf4, 0xff, 0xbb, 0xaa, 0xee, 0x77, 0x33];
const HCR_VM = 1n << 0n;
const HCR_PTW = 1n << 2n;
const HCR_DC = 1n << 12n;
const HCR_RW = 1n << 31n;
const SCR_NS = 1n << 0n;
const SCR_HCE = 1n << 8n;
const SCR_RW = 1n << 10n;

function mair(random: Random): bigint {
  let value = 0n;
  for (let i = 0n; i < 8n; i++) value |= BigInt(random.pick(attributeBytes)) << (i * 8n);
  return value;
}

/** TxSZ: usually allowed for all granules, sometimes out of bounds. */
function sizeOffset(random: Random): number {
  return random.oneIn(10) ? random.below(64) : 16 + random.below(24);
}

function tcrEl1(random: Random): bigint {
  const half = (granules: readonly number[]): number => {
    const disabled = random.oneIn(16) ? 1 << 7 : 0;
    return sizeOffset(random) | disabled | (random.below(64) << 8) | (random.pick(granules) << 14);
  };
  const low = BigInt(half([0, 0, 1, 2, 3]));
  const high = BigInt(half([2, 2, 3, 1, 0]));
  return low | (high << 16n) | (BigInt(random.below(8)) << 32n) | (BigInt(random.below(4)) << 37n);
}

function tcrEl2(random: Random): bigint {
  const tagged = random.oneIn(2) ? 1n << 20n : 0n;
  return BigInt(25 + random.below(9)) | (BigInt(random.pick([2, 5])) << 16n) | tagged;
}

/** VTCR_EL2 for `roots.stage2`: level 1 of 4 KiB tables. */
function vtcr(random: Random): bigint {
  return BigInt(25 + random.below(8)) | (1n << 6n) | (BigInt(random.pick([2, 2, 1, 5])) << 16n) | (1n << 31n);
}

function hcr(random: Random): bigint {
  let value = HCR_RW;
  if (random.oneIn(2)) value |= HCR_VM;
  if (random.oneIn(16)) value |= HCR_DC;
  // QEMU 7.2 heeds PTW without stage 2 as well.
  if (value !== HCR_RW && random.oneIn(4)) value |= HCR_PTW;
  return value;
}

/** TCR_EL1 with 39 bits at most in both ranges: no level 0, which must not have the blocks of any random table. */
function withoutLevel0(tcr: bigint): bigint {
  const [low, high] = [tcr & 63n, (tcr >> 16n) & 63n].map((size) =>
    size >= 16n && size < 25n ? size + 9n : size,
  );
  return (tcr & ~0x3f_003fn) | low | (high << 16n);
}

/** An address within `bits` bits of the lower or upper range, with a tag or out of range at times. */
function address(random: Random, bits: number): bigint {
  const within = BigInt.asUintN(
    Math.max(bits, 12),
    (BigInt(random.below(2 ** 24)) << 24n) | BigInt(random.below(2 ** 24)),
  );
  const upper = random.oneIn(2) ? BigInt.asUintN(64, -1n << BigInt(Math.max(bits, 12))) : 0n;
  let value = within | upper;
  if (random.oneIn(4)) value ^= BigInt(random.below(256)) << 56n;
  if (random.oneIn(12)) value ^= 1n << BigInt(random.below(64));
  return value;
}

/** TTBRn_EL1 for half a TCR_EL1, by the granule's meaning: a table, sometimes beyond the physical address size. */
function tableBase(random: Random, half: number, granules: readonly number[]): bigint {
  const inputSize = 64 - (half & 63);
  // 64 KiB tables allow no blocks at level 1, smaller ones none at level 0; what is reserved is taken as 4 KiB.
  const largest = granules[(half >> 14) & 3] === 16 ? 42 : 39;
  const table = inputSize > largest ? rootTable() : randomTable(random);
  // Bit 39 alone is in the PCI window of QEMU's board, which answers.
  return table | (random.oneIn(16) ? (BigInt(random.below(2 ** 16)) & ~0x80n) << 32n : 0n);
}

export function randomSettings(random: Random, level: ProgramLevel): Settings {
  // Stage 2 of any form maps stage 1's tables anywhere.
  const anyStage2 = random.oneIn(4);
  const tcr = anyStage2 ? withoutLevel0(tcrEl1(random)) : tcrEl1(random);
  const operations = operationsOf[level];
  const operation = random.below(operations.length);
  const isOwn = /E[23]/.test(operations[operation]);
  const el2 = tcrEl2(random);
  const scr = level === 3 ? SCR_RW | SCR_HCE | BigInt(random.below(2)) : 0n;
  const isSecure = level === 3 && (scr & SCR_NS) === 0n;
  const low = address(random, 64 - (Number(tcr) & 63));
  const high = address(random, 64 - (Number(tcr >> 16n) & 63));
  return {
    SCTLR_EL1:
      (random.oneIn(16) ? 0n : 1n) | (BigInt(random.below(2)) << 12n) | (BigInt(random.below(2)) << 19n) | 4n,
    TCR_EL1: tcr,
    TTBR0_EL1: tableBase(random, Number(tcr & 0xffffn), [12, 16, 14, 0]),
    TTBR1_EL1: tableBase(random, Number((tcr >> 16n) & 0xffffn), [0, 14, 12, 16]),
    MAIR_EL1: mair(random),
    // Secure state has no stage 2; QEMU 7.2 has Non-secure tables of Secure regimes go through it.
    HCR_EL2: isSecure ? HCR_RW : hcr(random),
    VTCR_EL2: anyStage2 ? BigInt(random.below(2 ** 19)) | (1n << 31n) : vtcr(random),
    VTTBR_EL2: tableAddress(roots.stage2),
    TCR_EL2: el2,
    TTBR0_EL2: tableAddress(roots.el2),
    MAIR_EL2: (mair(random) & ~0xffn) | 0xffn,
    SCTLR_EL2: isOwn && !random.oneIn(16) ? 1n : 0n,
    ADDRESS: isOwn ? address(random, 64 - (Number(el2) & 63)) : random.oneIn(2) ? low : high,
    OPERATION: BigInt(operation),
    SCR_EL3: scr,
  };
}

export function writeRecord(view: DataView, index: number, settings: Settings): void {
  for (const [name, offset] of Object.entries(record)) {
    view.setBigUint64(index * RECORD_BYTES + offset, settings[name as keyof Settings], true);
  }
}
