/**
 * FCVT, and conversions between floating-point and general registers. Arm ARM C4.1, "Floating-point
 * data-processing (1 source)", "Conversion between floating-point and fixed-point" and "... integer".
 */
import { width } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { roundingMode } from './arithmetic/environment.js';
import { convert, fixedToFP, integerToFP, roundings, toFixed, toInteger } from './conversions.js';
import { formatOf, readFP, writeFP } from './registers.js';

semantics('FCVT', (c, { Rd, Rn }, { ftype, opc }) => {
  c.requireFP();
  const [from, to] = [formatOf(ftype), formatOf(opc)];
  writeFP(c, to, Rd, convert(c, from, to, readFP(c, from, Rn)));
});

for (const [mode, rounding] of Object.entries(roundings)) {
  for (const sign of ['S', 'U'] as const) {
    const form = mode === 'Z' ? 'scalar, integer' : 'scalar';
    semantics(`FCVT${mode}${sign} (${form})`, (c, { Rd, Rn }, { ftype, sf }) => {
      c.requireFP();
      const F = formatOf(ftype);
      const to = { bits: width(sf), unsigned: sign === 'U' };
      const value = toInteger(c, F, to, readFP(c, F, Rn), rounding);
      c.writeX(Rd, sf === 1 ? value : c.wrap(value));
    });
  }
}

for (const [sign, unsigned] of [
  ['S', false],
  ['U', true],
] as const) {
  semantics(`FCVTZ${sign} (scalar, fixed-point)`, (c, { Rd, Rn }, { ftype, sf }) => {
    c.requireFP();
    const F = formatOf(ftype);
    const fractionBits = c.imm32((f) => 64 - f.immscale);
    const value = toFixed(c, F, { bits: width(sf), unsigned }, readFP(c, F, Rn), fractionBits, roundings.Z);
    c.writeX(Rd, sf === 1 ? value : c.wrap(value));
  });

  semantics(`${sign}CVTF (scalar, integer)`, (c, { Rd, Rn }, { ftype, sf }) => {
    c.requireFP();
    const F = formatOf(ftype);
    writeFP(c, F, Rd, integerToFP(c, F, c.readX(Rn, width(sf)), unsigned));
  });

  semantics(`${sign}CVTF (scalar, fixed-point)`, (c, { Rd, Rn }, { ftype, sf }) => {
    c.requireFP();
    const F = formatOf(ftype);
    const fractionBits = c.imm32((f) => 64 - f.immscale);
    const value = c.readX(Rn, width(sf));
    writeFP(c, F, Rd, fixedToFP(c, F, value, unsigned, fractionBits, roundingMode(c)));
  });
}

semantics('FMOV (general)', (c, { Rd, Rn }, { sf, rmode, opcode }) => {
  c.requireFP();
  const bytes = sf === 1 ? 8 : 4;
  if (opcode === 0) c.writeX(Rd, c.readV(Rn, bytes, rmode));
  else if (rmode === 1) c.writeElement(Rd, 8, 1, c.readX(Rn));
  else if (sf === 1) c.writeV(Rd, 8, c.readX(Rn));
  else c.writeV(Rd, 4, c.readX(Rn, 32));
});
