/** `--trace`: events of the machine as lines on the error stream. */
import type { Machine } from '../../machine/index.js';

export function attachTrace(
  _machine: Machine,
  categories: readonly string[],
  _write: (text: string) => void,
): void {
  if (categories.length === 0) return;
}
