/** Fields of answers, the first byte the most significant. */

export const bytes16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff];
export const bytes24 = (value: number): number[] => [(value >>> 16) & 0xff, ...bytes16(value)];
export const bytes32 = (value: number): number[] => [
  ...bytes16(Math.floor(value / 2 ** 16)),
  ...bytes16(value),
];
export const bytes64 = (value: number): number[] => [
  ...bytes32(Math.floor(value / 2 ** 32)),
  ...bytes32(value % 2 ** 32),
];

/** ASCII, with blanks behind it up to a width. */
export const text = (value: string, width = 0): number[] =>
  Array.from(value.padEnd(width), (letter) => letter.charCodeAt(0) & 0xff);
