/** FMOV with an immediate. Arm ARM C4.1, "Floating-point immediate" and "Advanced SIMD modified immediate". */
import type { FieldValues } from '../../../isa/index.js';
import { semantics } from '../registry.js';
import { double, single, type Format } from './arithmetic/format.js';
import { formatOf, splat, writeFP, writeVector } from './registers.js';

/** VFPExpandImm(): the sign, an exponent bit inverted and repeated, two more, four bits of the fraction. */
function expandImmediate(F: Format, imm8: number): bigint {
  const exponentBits = F.bits - 1 - F.fractionBits;
  const repeated = (imm8 & 0x40) === 0 ? 0n : (1n << BigInt(exponentBits - 3)) - 1n;
  const highest = (imm8 & 0x40) === 0 ? 1n : 0n;
  const exponent = (highest << BigInt(exponentBits - 1)) | (repeated << 2n) | BigInt((imm8 >> 4) & 3);
  const sign = imm8 >= 0x80 ? F.signBit : 0n;
  return sign | (exponent << BigInt(F.fractionBits)) | (BigInt(imm8 & 15) << BigInt(F.fractionBits - 4));
}

semantics('FMOV (scalar, immediate)', (c, { Rd }, { ftype }) => {
  c.requireFP();
  const F = formatOf(ftype);
  writeFP(
    c,
    F,
    Rd,
    c.imm(F.bits === 64 ? 64 : 32, (f: FieldValues) => expandImmediate(F, f.imm8)),
  );
});

for (const F of [single, double]) {
  semantics(`FMOV (vector, immediate), ${F.name}`, (c, { Rd }, { Q = 1 }) => {
    c.requireFP();
    const value = c.imm(F.bits === 64 ? 64 : 32, (f: FieldValues) =>
      expandImmediate(F, (f.immabc << 5) | f.immdefgh),
    );
    writeVector(c, Rd, Q, splat(c, F, value));
  });
}
