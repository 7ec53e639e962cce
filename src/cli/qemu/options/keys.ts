/** Keys as the monitor's `sendkey` takes them. */
import { keyCode, type InputEvent } from '../../../machine/index.js';
import { QemuError } from '../error.js';

/** Ms of the guest's time between two of a key's doings. */
const USUAL = 10;

/**
 * Keys pressed one after the other, and released the other way round, each `hold` ms after the one before: `ctrl-alt-f1`.
 * @throws QemuError for a key that there is not
 */
export function keyEvents(chord: string, hold = USUAL): InputEvent[] {
  const codes = chord.split('-').map((name) => {
    const code = keyCode(name);
    if (code === undefined) throw new QemuError(`invalid parameter: ${name}`);
    return code;
  });
  const delay = { kind: 'delay', ms: hold === 0 ? USUAL : hold } as const;
  const all = [
    ...codes.map((code) => ({ code, down: true })),
    ...codes.toReversed().map((code) => ({ code, down: false })),
  ];
  return all.flatMap(({ code, down }) => [{ kind: 'key', code, down } as const, delay]);
}
