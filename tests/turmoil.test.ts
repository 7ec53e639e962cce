/**
 * Guests in turmoil: code that changes itself and is changed, under other translations, levels and stops, on several cores.
 * The translator, of all that is executed, and the reference evaluator must be where the interpreter is, behind pieces of
 * any length. `npm run conformance -- lockstep` has many more.
 */
import { describe, expect, it } from 'vitest';
import { Evaluator, type TierHost } from '../src/engine/index.js';
import { Interpreter } from '../src/engine/interpreter/interpreter.js';
import { eager } from './lockstep/eager.js';
import { Turmoil } from './turmoil/turmoil.js';

const interpreter = (host: TierHost) => new Interpreter(host);
const evaluator = (host: TierHost) => new Evaluator(host);

describe('a guest in turmoil', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 3],
    [10, 1],
    [200, 2],
    [1000, 1],
  ])(
    'is in the same state on the translator, in regions of at most %s instructions, %s cores',
    (size, cores) => {
      const turmoil = new Turmoil({ seed: size, cores, pieces: 12, longest: 1500 }, [
        interpreter,
        eager(size),
      ]);
      expect(turmoil.run()).toBeUndefined();
    },
  );

  it('and on the reference evaluator', () => {
    const turmoil = new Turmoil({ seed: 7, cores: 2, pieces: 12, longest: 200 }, [interpreter, evaluator]);
    expect(turmoil.run()).toBeUndefined();
  });
});
