/** The bare-metal programs of `tests/` that report what they see: the same reports on QEMU as here. */
import { alignmentPrograms } from '../tests/programs/alignment.js';
import { armingPrograms, overlappingPrograms } from '../tests/programs/debug.js';
import { flashPrograms } from '../tests/programs/flash.js';
import { program } from '../tests/programs/program.js';
import {
  REPORT,
  REPORT_BYTES,
  reporting,
  reportsIn,
  runReporting,
  type Report,
  type ReportingProgram,
} from '../tests/programs/report.js';
import { RAM, runKernel } from './qemu/kernel.js';

interface NamedProgram {
  readonly name: string;
  readonly source: ReportingProgram;
}

const programs: readonly NamedProgram[] = [
  ...armingPrograms.map(([kind, arming, source]) => ({ name: `${kind} armed by ${arming}`, source })),
  ...overlappingPrograms.map(([access, source]) => ({ name: `watchpoint and ${access}`, source })),
  ...alignmentPrograms.map(([access, el, source]) => ({ name: `SCTLR_EL${el}.A and ${access}`, source })),
  ...flashPrograms.map(([name, source]) => ({ name: `code in flash, ${name}`, source })),
];

/** Where QEMU 7.2 is wrong: programs that differ for it. */
const explained: readonly (readonly [names: RegExp, reason: string])[] = [
  [
    /armed by OSLAR_EL1$/,
    'the OS lock does not disable debug exceptions: OSLSR_EL1.OSLM is looked at, not OSLK',
  ],
  [
    /^code in flash, (programmed|written) again/,
    'what was translated from flash runs on after it is programmed, though loads see the new words',
  ],
];

/** ESR_EL2.ISV and what it covers, which QEMU 7.2 fills in for data aborts of stage 1 taken from EL2. */
function comparable({ esr, elr, far }: Report): string {
  const isOwnAbort = esr >> 26n === 0x25n;
  return [isOwnAbort ? esr & ~0x1ff_c000n : esr, elr, far].map((value) => value.toString(16)).join(' ');
}
const text = (reports: readonly Report[]): string => reports.map(comparable).join(', ') || 'nothing';

export interface ProgramComparison {
  readonly programs: number;
  readonly explained: readonly string[];
  readonly differing: readonly string[];
}

/** Runs them all on both; needs `qemu-system-aarch64`. */
export function programReports(): ProgramComparison {
  const result = { programs: programs.length, explained: [] as string[], differing: [] as string[] };
  for (const { name, source } of programs) {
    const ram = runKernel(program(reporting(source)));
    const expected = text(reportsIn(ram.subarray(REPORT - RAM, REPORT - RAM + REPORT_BYTES)));
    const found = text(runReporting(source));
    if (expected === found) continue;
    const reason = explained.find(([names]) => names.test(name))?.[1];
    if (reason === undefined) result.differing.push(`${name}: QEMU ${expected}, here ${found}`);
    else result.explained.push(`${name}: ${reason}`);
  }
  return result;
}
