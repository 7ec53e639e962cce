/** The translator as tests have it: of all that is executed a second time, at once, and of what changes again and again. */
import type { TierHost } from '../../src/engine/index.js';
import { Translator } from '../../src/engine/translator/translator.js';

/** `size`: instructions of a region at most. */
export function eager(size = 200, batch = 1): (host: TierHost) => Translator {
  return (host) => new Translator(host, { hotness: 1, batch, patience: 0, size });
}
