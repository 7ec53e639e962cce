/** Programs in which SCTLR_ELx.A is set between two accesses to the same unaligned address. Arm ARM D5.9. */
import { DATA_PAGE, SCTLR_EL1, SCTLR_EL2, set, write, type ReportingProgram } from './report.js';

const A = 2n;

function alignmentProgram(access: string, el: 1 | 2): ReportingProgram {
  const control = (el === 1 ? SCTLR_EL1 : SCTLR_EL2) | A;
  return {
    el,
    body: `
      ${set('x1', DATA_PAGE + 1)}
      ${access}
      ${write(`sctlr_el${el}`, control)}
      isb
      ${access}
      ${write(`sctlr_el${el}`, control & ~A)}
      isb
      ${access}
      b finish`,
  };
}

export const alignmentPrograms = (['ldr w2, [x1]', 'str x2, [x1]', 'ldp x2, x3, [x1]'] as const).flatMap(
  (access) =>
    ([1, 2] as const).map((el): readonly [access: string, el: number, program: ReportingProgram] => [
      access,
      el,
      alignmentProgram(access, el),
    ]),
);
