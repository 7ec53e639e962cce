import { describe, expect, it } from 'vitest';
import { Cluster } from '../cluster.js';
import { usualCompiler } from '../host-code.js';
import { code, emptyBoard, TEST_RAM, testOptions } from '../test-cluster.js';
import { Interpreter, type KeptInterpreter } from './interpreter.js';

/** A loop that calls a function in the next page, with operands of each width, and branches near and far. */
const loop = code(
  'add x0, x0, #1',
  'movz x1, #0x1234, lsl #16',
  'tbz w0, #1, #8',
  'bl #4096',
  'cbnz x0, #-16',
);
const FUNCTION = 12 + 4096;
const called = code('eor x2, x0, #0xff00ff00ff00ff00', 'madd x3, x2, x1, x3', 'ret');

/** What runs the loop, with what a run before has left. */
class Run {
  interpreter: Interpreter | undefined;
  readonly cluster = new Cluster(
    testOptions,
    (host) =>
      (this.interpreter = new Interpreter(host, undefined, { before: this.before, compiler: usualCompiler })),
  );

  constructor(
    private readonly before: KeptInterpreter | undefined,
    program = loop,
  ) {
    const { cluster } = this;
    cluster.connect(emptyBoard());
    cluster.powerOn(0, BigInt(TEST_RAM), 1);
    cluster.ram.write(0, program);
    cluster.ram.write(FUNCTION, called);
  }

  /** Bytes that it adds to what is kept. */
  get added(): number {
    return this.interpreter!.keptBytes.added;
  }
  get kept(): KeptInterpreter {
    return this.interpreter!.keep(true)!;
  }
  /** After so many more instructions. */
  state(instructions: number): unknown {
    this.cluster.run(instructions);
    const { registers } = this.cluster.cores[0];
    return [registers.pc, registers.nzcv, ...Array.from({ length: 31 }, (_, n) => registers.x(n))];
  }
}

/** What a run of the loop leaves, as it comes out of a file. */
function left(): KeptInterpreter {
  const run = new Run(undefined);
  run.state(100);
  return structuredClone(run.kept);
}

describe('what was decoded in the run before', () => {
  it('is what would be decoded', () => {
    const [fresh, again] = [new Run(undefined), new Run(left())];
    for (let i = 0; i < 50; i++) expect(again.state(i)).toEqual(fresh.state(i));
    expect(fresh.added).toBeGreaterThan(0);
    expect(again.added).toBe(0);
    expect(again.kept.decodings.stretches).toEqual(left().decodings.stretches);
  });

  it.each([0, 1, 2, 4])('is not used where there is another word: %s', (changed) => {
    const program = loop.slice();
    program.set(code(['sub x0, x0, #3', 'movn w1, #7', 'b #8', '', 'b #-12'][changed]), changed * 4);
    const [fresh, again] = [new Run(undefined, program), new Run(left(), program)];
    for (let i = 0; i < 50; i++) expect(again.state(i)).toEqual(fresh.state(i));
    expect(again.added).toBeGreaterThan(0);
  });

  it('is not executed where somebody wants the machine to stop', () => {
    const { cluster } = new Run(left());
    cluster.stops.addBreakpoint({ space: 'physical', address: BigInt(TEST_RAM) + 4n });
    expect(cluster.run(1000)).toBe('break');
    expect(cluster.instructions).toBe(1);
  });

  it('is forgotten when five runs had no use for it', () => {
    const page = TEST_RAM / 4096;
    let kept = left();
    for (let run = 0; run < 5; run++) {
      expect(kept.decodings.stretches).toContain(page);
      const elsewhere = new Run(kept);
      elsewhere.cluster.ram.write(0x8000, code('b #0'));
      elsewhere.cluster.powerOn(0, BigInt(TEST_RAM) + 0x8000n, 1);
      elsewhere.state(1);
      kept = elsewhere.kept;
    }
    expect(kept.decodings.stretches).not.toContain(page);
  });
});
