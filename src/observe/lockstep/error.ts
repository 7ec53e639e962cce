/** Translator and interpreter have not done the same. The message is one line: where that was seen, and what differs. */
import type { Stretch } from './lockstep.js';

export class LockstepError extends Error {
  override readonly name = 'LockstepError';

  constructor(
    message: string,
    readonly stretch: Stretch,
  ) {
    super(message);
  }
}
