/**
 * What an access or an instruction is looked at for may change after the engine has come to execute it without a look:
 * by watchpoints, breakpoints and software step (Arm ARM D2), by SCTLR_ELx.A (D5.9). The same programs run on QEMU
 * (`npm run conformance -- programs`).
 */
import { describe, expect, it } from 'vitest';
import { assemble } from '../src/index.js';
import { alignmentPrograms } from './programs/alignment.js';
import { armingPrograms, overlappingPrograms } from './programs/debug.js';
import { CODE, program } from './programs/program.js';
import { DATA_PAGE, reporting, runReporting, type Report, type ReportingProgram } from './programs/report.js';

/** Exception classes as taken from a lower level; from the same one they are one more. */
const CLASS = { watchpoint: 0x34, breakpoint: 0x30, 'software step': 0x32 } as const;
const STORE = assemble('str xzr, [x0]');

const exceptionClass = ({ esr }: Report): number => Number(esr >> 26n);

/** The instruction that an exception returns to. */
function wordAt(source: ReportingProgram, { elr }: Report): number {
  const bytes = program(reporting(source));
  return new DataView(bytes.buffer).getUint32(Number(elr) - CODE, true);
}

describe.each(['watchpoint', 'breakpoint', 'software step'] as const)('a %s', (kind) => {
  it.each(armingPrograms.filter(([its]) => its === kind))('%s is armed by %s', (_, __, source) => {
    const reports = runReporting(source);
    expect(reports).toHaveLength(1);
    expect(exceptionClass(reports[0]) & ~1).toBe(CLASS[kind]);
    if (kind !== 'software step') expect(wordAt(source, reports[0])).toBe(STORE);
    expect(reports[0].far).toBe(kind === 'watchpoint' ? BigInt(DATA_PAGE) : 0n);
  });
});

describe('a watchpoint', () => {
  it.each(overlappingPrograms)('is hit by %s', (_, source) => {
    const [hit, ...others] = runReporting(source);
    expect(exceptionClass(hit) & ~1).toBe(CLASS.watchpoint);
    // FAR lies in the same 64 bytes as a watched byte and not above it; bytes 0x00 and 0x60 are the first.
    expect(Number(hit.far) & ~0x60).toBe(DATA_PAGE);
    // What a program notes besides: memory that the access must have left alone.
    for (const { esr } of others) expect(esr).toBe(BigInt(DATA_PAGE));
  });
});

describe('SCTLR_ELx.A', () => {
  it.each(alignmentPrograms)('has %s at EL%i fault while it is set', (access, _, source) => {
    const reports = runReporting(source);
    expect(reports.map(({ esr }) => Number(esr & ~0x40n))).toEqual([0x9600_0021]);
    expect(reports[0].far).toBe(BigInt(DATA_PAGE + 1));
    expect(wordAt(source, reports[0])).toBe(assemble(access));
  });
});
