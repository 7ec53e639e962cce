/** Keys as the monitor's `sendkey` takes them. */
import { keyCode, type InputEvent } from '../../../machine/index.js';
import { QemuError } from '../error.js';

/** Ms of the guest's time between two of a key's doings. */
const USUAL = 10;
/** An hour. */
const LONGEST = 3_600_000;

/**
 * Keys pressed one after the other, and released the other way round, each `hold` ms after the one before: `ctrl-alt-f1`.
 * @throws QemuError for a key that there is not
 */
export function keyEvents(chord: string, hold = 0): InputEvent[] {
  const codes = chord.split('-').map((name) => {
    const code = keyCode(name);
    if (code === undefined) throw new QemuError(`invalid parameter: ${name}`);
    return code;
  });
  return chordEvents(codes, hold);
}

/** The same by their codes. */
export function chordEvents(codes: readonly number[], hold: number): InputEvent[] {
  const ms = hold <= 0 ? USUAL : Math.min(hold, LONGEST);
  const all = [
    ...codes.map((code) => ({ code, down: true })),
    ...codes.toReversed().map((code) => ({ code, down: false })),
  ];
  return all.flatMap(({ code, down }): InputEvent[] => [
    { kind: 'key', code, down },
    { kind: 'delay', ms },
  ]);
}
