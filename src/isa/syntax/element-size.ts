/** The fields that give the size of a SIMD&FP element, as the binary logarithm of its bytes. */
import type { FieldValues } from '../encoding.js';

export interface ElementSize {
  /** Fields that `fieldsFor` gives. */
  readonly fields: readonly string[];
  /** log2 of the element's bytes: 0 for B, 3 for D. */
  of(f: FieldValues): number;
  /** The fields for an element of so many bytes; undefined where there is no such size. */
  fieldsFor(element: number): FieldValues | undefined;
}

/** Position of the lowest bit set; 32 in 0. */
export function lowestSetBit(value: number): number {
  return value === 0 ? 32 : 31 - Math.clz32(value & -value);
}

/** Position of the highest bit set. */
export function highestSetBit(value: number): number {
  return 31 - Math.clz32(value);
}

/** A field that counts sizes up from `smallest`. */
function counted(field: string, smallest: number, largest: number): ElementSize {
  return {
    fields: [field],
    of: (f) => smallest + f[field],
    fieldsFor: (element) =>
      element >= smallest && element <= largest ? { [field]: element - smallest } : undefined,
  };
}

/** `ftype`, `opc`: 00 single, 01 double, 11 half precision. */
function precision(field: string): ElementSize {
  const elements = [2, 3, -1, 1];
  return {
    fields: [field],
    of: (f) => elements[f[field]],
    fieldsFor: (element) =>
      element >= 1 && element <= 3 ? { [field]: elements.indexOf(element) } : undefined,
  };
}

const isElement = (element: number): boolean => element >= 0 && element <= 3;

/**
 * By field. `immh` and `imm5` hold more than the size: there the text gives the size as `element`, which is no
 * field of the word, and the operand that has the rest needs it to make the field.
 */
export const elementSizes: Readonly<Record<string, ElementSize | undefined>> = {
  size: counted('size', 0, 3),
  sz: counted('sz', 2, 3),
  // FCVTL and FCVTN: the narrower element, half or single precision.
  'sz-narrow': counted('sz', 1, 2),
  ftype: precision('ftype'),
  opc: precision('opc'),
  immh: {
    fields: ['element'],
    of: (f) => highestSetBit(f.immh),
    fieldsFor: (element) => (isElement(element) ? { element } : undefined),
  },
  // SXTL, UXTL: a shift by 0.
  'immh-alone': {
    fields: ['element', 'immh'],
    of: (f) => highestSetBit(f.immh),
    fieldsFor: (element) => (isElement(element) ? { element, immh: 1 << element } : undefined),
  },
  imm5: {
    fields: ['element'],
    of: (f) => lowestSetBit(f.imm5),
    fieldsFor: (element) => (isElement(element) ? { element } : undefined),
  },
  // DUP (general): the bits above the lowest set one are ignored.
  'imm5-alone': {
    fields: ['element', 'imm5'],
    of: (f) => lowestSetBit(f.imm5),
    fieldsFor: (element) => (isElement(element) ? { element, imm5: 1 << element } : undefined),
  },
};
