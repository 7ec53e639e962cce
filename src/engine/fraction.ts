/** A fraction of two whole numbers from 1, in lowest terms. */
export function lowestTerms(
  numerator: number,
  denominator: number,
): [numerator: number, denominator: number] {
  const common = greatestCommonDivisor(numerator, denominator);
  return [numerator / common, denominator / common];
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
