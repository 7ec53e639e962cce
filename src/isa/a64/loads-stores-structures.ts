/**
 * "Advanced SIMD load/store multiple structures" and "single structure", Arm ARM C4.1.
 *
 * Post-indexed forms with Rm 31 advance the base by the number of bytes transferred.
 */
import { encodings } from '../table.js';
import type { FieldValues } from '../encoding.js';

// LD1 and ST1 move 4, 3, 1 or 2 registers; the others have no 1D arrangement.
const isRegisterCount = ({ opcode }: FieldValues) => [0b0010, 0b0110, 0b0111, 0b1010].includes(opcode);
const isArrangement = ({ Q, size }: FieldValues) => !(Q === 0 && size === 3);

export const multipleStructures = encodings('Advanced SIMD load/store multiple structures', {
  'ST1 (multiple structures)': {
    bits: '0 Q 001100 0 0 000000 opcode:4 size:2 Rn:5 Rt:5',
    where: isRegisterCount,
    text: 'st1 <structures>, [<Xn|SP>]',
  },
  'ST2 (multiple structures)': {
    bits: '0 Q 001100 0 0 000000 1000 size:2 Rn:5 Rt:5',
    where: isArrangement,
    text: 'st2 <structures *2>, [<Xn|SP>]',
  },
  'ST3 (multiple structures)': {
    bits: '0 Q 001100 0 0 000000 0100 size:2 Rn:5 Rt:5',
    where: isArrangement,
    text: 'st3 <structures *3>, [<Xn|SP>]',
  },
  'ST4 (multiple structures)': {
    bits: '0 Q 001100 0 0 000000 0000 size:2 Rn:5 Rt:5',
    where: isArrangement,
    text: 'st4 <structures *4>, [<Xn|SP>]',
  },
  'LD1 (multiple structures)': {
    bits: '0 Q 001100 0 1 000000 opcode:4 size:2 Rn:5 Rt:5',
    where: isRegisterCount,
    text: 'ld1 <structures>, [<Xn|SP>]',
  },
  'LD2 (multiple structures)': {
    bits: '0 Q 001100 0 1 000000 1000 size:2 Rn:5 Rt:5',
    where: isArrangement,
    text: 'ld2 <structures *2>, [<Xn|SP>]',
  },
  'LD3 (multiple structures)': {
    bits: '0 Q 001100 0 1 000000 0100 size:2 Rn:5 Rt:5',
    where: isArrangement,
    text: 'ld3 <structures *3>, [<Xn|SP>]',
  },
  'LD4 (multiple structures)': {
    bits: '0 Q 001100 0 1 000000 0000 size:2 Rn:5 Rt:5',
    where: isArrangement,
    text: 'ld4 <structures *4>, [<Xn|SP>]',
  },
});

export const multipleStructuresPostIndexed = encodings(
  'Advanced SIMD load/store multiple structures (post-indexed)',
  {
    'ST1 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 0 0 Rm:5 opcode:4 size:2 Rn:5 Rt:5',
      where: isRegisterCount,
      text: ['st1 <structures>, [<Xn|SP>], #<multiple-bytes> ; Rm=31', 'st1 <structures>, [<Xn|SP>], <Xm>'],
    },
    'ST2 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 0 0 Rm:5 1000 size:2 Rn:5 Rt:5',
      where: isArrangement,
      text: [
        'st2 <structures *2>, [<Xn|SP>], #<multiple-bytes *2> ; Rm=31',
        'st2 <structures *2>, [<Xn|SP>], <Xm>',
      ],
    },
    'ST3 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 0 0 Rm:5 0100 size:2 Rn:5 Rt:5',
      where: isArrangement,
      text: [
        'st3 <structures *3>, [<Xn|SP>], #<multiple-bytes *3> ; Rm=31',
        'st3 <structures *3>, [<Xn|SP>], <Xm>',
      ],
    },
    'ST4 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 0 0 Rm:5 0000 size:2 Rn:5 Rt:5',
      where: isArrangement,
      text: [
        'st4 <structures *4>, [<Xn|SP>], #<multiple-bytes *4> ; Rm=31',
        'st4 <structures *4>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD1 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 1 0 Rm:5 opcode:4 size:2 Rn:5 Rt:5',
      where: isRegisterCount,
      text: ['ld1 <structures>, [<Xn|SP>], #<multiple-bytes> ; Rm=31', 'ld1 <structures>, [<Xn|SP>], <Xm>'],
    },
    'LD2 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 1 0 Rm:5 1000 size:2 Rn:5 Rt:5',
      where: isArrangement,
      text: [
        'ld2 <structures *2>, [<Xn|SP>], #<multiple-bytes *2> ; Rm=31',
        'ld2 <structures *2>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD3 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 1 0 Rm:5 0100 size:2 Rn:5 Rt:5',
      where: isArrangement,
      text: [
        'ld3 <structures *3>, [<Xn|SP>], #<multiple-bytes *3> ; Rm=31',
        'ld3 <structures *3>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD4 (multiple structures, post-indexed)': {
      bits: '0 Q 001100 1 1 0 Rm:5 0000 size:2 Rn:5 Rt:5',
      where: isArrangement,
      text: [
        'ld4 <structures *4>, [<Xn|SP>], #<multiple-bytes *4> ; Rm=31',
        'ld4 <structures *4>, [<Xn|SP>], <Xm>',
      ],
    },
  },
);

// The element's size is 8 << opcode bits, 64 for opcode 2 with size 1; its index is made of Q, S and size.
function isElement({ opcode, S, size }: FieldValues): boolean {
  if (opcode === 0) return true;
  if (opcode === 1) return (size & 1) === 0;
  return opcode === 2 && (size === 0 || (size === 1 && S === 0));
}

export const singleStructure = encodings('Advanced SIMD load/store single structure', {
  'ST1 (single structure)': {
    bits: '0 Q 001101 0 0 0 00000 opcode:2 0 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'st1 <element-list *1>, [<Xn|SP>]',
  },
  'ST2 (single structure)': {
    bits: '0 Q 001101 0 0 1 00000 opcode:2 0 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'st2 <element-list *2>, [<Xn|SP>]',
  },
  'ST3 (single structure)': {
    bits: '0 Q 001101 0 0 0 00000 opcode:2 1 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'st3 <element-list *3>, [<Xn|SP>]',
  },
  'ST4 (single structure)': {
    bits: '0 Q 001101 0 0 1 00000 opcode:2 1 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'st4 <element-list *4>, [<Xn|SP>]',
  },
  'LD1 (single structure)': {
    bits: '0 Q 001101 0 1 0 00000 opcode:2 0 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'ld1 <element-list *1>, [<Xn|SP>]',
  },
  'LD2 (single structure)': {
    bits: '0 Q 001101 0 1 1 00000 opcode:2 0 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'ld2 <element-list *2>, [<Xn|SP>]',
  },
  'LD3 (single structure)': {
    bits: '0 Q 001101 0 1 0 00000 opcode:2 1 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'ld3 <element-list *3>, [<Xn|SP>]',
  },
  'LD4 (single structure)': {
    bits: '0 Q 001101 0 1 1 00000 opcode:2 1 S size:2 Rn:5 Rt:5',
    where: isElement,
    text: 'ld4 <element-list *4>, [<Xn|SP>]',
  },
  LD1R: { bits: '0 Q 001101 0 1 0 00000 11 0 0 size:2 Rn:5 Rt:5', text: 'ld1r <structures *1>, [<Xn|SP>]' },
  LD2R: { bits: '0 Q 001101 0 1 1 00000 11 0 0 size:2 Rn:5 Rt:5', text: 'ld2r <structures *2>, [<Xn|SP>]' },
  LD3R: { bits: '0 Q 001101 0 1 0 00000 11 1 0 size:2 Rn:5 Rt:5', text: 'ld3r <structures *3>, [<Xn|SP>]' },
  LD4R: { bits: '0 Q 001101 0 1 1 00000 11 1 0 size:2 Rn:5 Rt:5', text: 'ld4r <structures *4>, [<Xn|SP>]' },
});

export const singleStructurePostIndexed = encodings(
  'Advanced SIMD load/store single structure (post-indexed)',
  {
    'ST1 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 0 0 Rm:5 opcode:2 0 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'st1 <element-list *1>, [<Xn|SP>], #<element-bytes *1> ; Rm=31',
        'st1 <element-list *1>, [<Xn|SP>], <Xm>',
      ],
    },
    'ST2 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 0 1 Rm:5 opcode:2 0 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'st2 <element-list *2>, [<Xn|SP>], #<element-bytes *2> ; Rm=31',
        'st2 <element-list *2>, [<Xn|SP>], <Xm>',
      ],
    },
    'ST3 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 0 0 Rm:5 opcode:2 1 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'st3 <element-list *3>, [<Xn|SP>], #<element-bytes *3> ; Rm=31',
        'st3 <element-list *3>, [<Xn|SP>], <Xm>',
      ],
    },
    'ST4 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 0 1 Rm:5 opcode:2 1 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'st4 <element-list *4>, [<Xn|SP>], #<element-bytes *4> ; Rm=31',
        'st4 <element-list *4>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD1 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 1 0 Rm:5 opcode:2 0 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'ld1 <element-list *1>, [<Xn|SP>], #<element-bytes *1> ; Rm=31',
        'ld1 <element-list *1>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD2 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 1 1 Rm:5 opcode:2 0 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'ld2 <element-list *2>, [<Xn|SP>], #<element-bytes *2> ; Rm=31',
        'ld2 <element-list *2>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD3 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 1 0 Rm:5 opcode:2 1 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'ld3 <element-list *3>, [<Xn|SP>], #<element-bytes *3> ; Rm=31',
        'ld3 <element-list *3>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD4 (single structure, post-indexed)': {
      bits: '0 Q 001101 1 1 1 Rm:5 opcode:2 1 S size:2 Rn:5 Rt:5',
      where: isElement,
      text: [
        'ld4 <element-list *4>, [<Xn|SP>], #<element-bytes *4> ; Rm=31',
        'ld4 <element-list *4>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD1R (post-indexed)': {
      bits: '0 Q 001101 1 1 0 Rm:5 11 0 0 size:2 Rn:5 Rt:5',
      text: [
        'ld1r <structures *1>, [<Xn|SP>], #<replicated-bytes *1> ; Rm=31',
        'ld1r <structures *1>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD2R (post-indexed)': {
      bits: '0 Q 001101 1 1 1 Rm:5 11 0 0 size:2 Rn:5 Rt:5',
      text: [
        'ld2r <structures *2>, [<Xn|SP>], #<replicated-bytes *2> ; Rm=31',
        'ld2r <structures *2>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD3R (post-indexed)': {
      bits: '0 Q 001101 1 1 0 Rm:5 11 1 0 size:2 Rn:5 Rt:5',
      text: [
        'ld3r <structures *3>, [<Xn|SP>], #<replicated-bytes *3> ; Rm=31',
        'ld3r <structures *3>, [<Xn|SP>], <Xm>',
      ],
    },
    'LD4R (post-indexed)': {
      bits: '0 Q 001101 1 1 1 Rm:5 11 1 0 size:2 Rn:5 Rt:5',
      text: [
        'ld4r <structures *4>, [<Xn|SP>], #<replicated-bytes *4> ; Rm=31',
        'ld4r <structures *4>, [<Xn|SP>], <Xm>',
      ],
    },
  },
);

export const loadsStoresStructures = [
  ...multipleStructures,
  ...multipleStructuresPostIndexed,
  ...singleStructure,
  ...singleStructurePostIndexed,
];
