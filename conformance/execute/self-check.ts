/** Does the harness itself work? Cases whose results are known, run before anything is compared. */
import { DATA_BYTES, WINDOW } from '../../tests/cases/layout.js';
import { setEnvironment } from '../../tests/cases/environment.js';
import { Random } from '../../tests/cases/random.js';
import { TestCase } from '../../tests/cases/test-case.js';
import { batchOf, resultAt, type Executor, type TestResult } from './records.js';

interface Check {
  readonly what: string;
  readonly level: number;
  readonly words: readonly number[];
  /** X1 before; X2 is 5 and X3 is 7. */
  readonly x1: bigint;
  holds: (result: TestResult) => boolean;
}

const BRK_FROM_EL0 = 0xf200_07ffn;
const page = (number: number): bigint => WINDOW + BigInt(number * 0x1000);

const checks: readonly Check[] = [
  {
    what: 'add x1, x2, x3 at EL0 gives 12 and ends in the BRK behind it',
    level: 0,
    words: [0x8b03_0041],
    x1: 0n,
    holds: (r) => r.x(1) === 12n && r.get('esrEl1') === BRK_FROM_EL0 && r.get('chunkCount') === 0n,
  },
  {
    what: 'str w2, [x1] at EL1 changes the memory that it names',
    level: 1,
    words: [0xb900_0022],
    x1: page(0x11) + 0x14n,
    holds: (r) =>
      r.get('chunkCount') === 1n && r.chunks[0].offset === 0x1010 && r.chunks[0].low === 5n << 32n,
  },
  {
    what: 'str x2, [x1] at EL0 to a read-only page is a permission fault at level 3',
    level: 0,
    words: [0xf900_0022],
    x1: page(0x13) + 8n,
    holds: (r) => r.get('esrEl1') === 0x9200_004fn && r.get('farEl1') === page(0x13) + 8n,
  },
  {
    what: 'ldr x2, [x1] at EL2 from an unmapped page is a translation fault at level 3',
    level: 2,
    words: [0xf940_0022],
    x1: page(0x12),
    holds: (r) => r.get('farEl2') === page(0x12) && (r.get('esrEl2') & 0xfc00_003fn) === 0x9400_0007n,
  },
  {
    what: 'svc #0 at EL0 reaches EL1 with the address behind it',
    level: 0,
    words: [0xd400_0001],
    x1: 0n,
    holds: (r) => r.get('esrEl1') === 0x5600_0000n && (r.get('elrEl1') & 3n) === 0n && r.get('vector') === 8n,
  },
  {
    what: 'fadd d1, d2, d3 adds',
    level: 1,
    words: [0x1e63_2841],
    x1: 0n,
    holds: (r) => r.v(1, 0) === 0x4008_0000_0000_0000n && r.v(1, 1) === 0n,
  },
];

function caseOf(check: Check): TestCase {
  const test = new TestCase();
  // Environments are random; the first one without traps serves.
  for (let seed = 0; ; seed++) {
    setEnvironment(new Random(seed), test, check.level);
    const ordinary =
      test.get('hcrEl2') === 0x8008_0000n && test.get('mdcrEl2') === 6n && test.get('fpcr') === 0n;
    const traps = test.get('cpacrEl1') !== 0x30_0000n || test.get('cptrEl2') !== 0x33ffn;
    const aligned = (test.get('sctlrEl1') & 2n) === 0n && (test.get('spsr') & 0x10_0000n) === 0n;
    const debug = test.get('mdscrEl1') !== 0n;
    if (ordinary && !traps && aligned && !debug) break;
  }
  test.words = check.words;
  test.setX(1, check.x1);
  test.setX(2, 5n);
  test.setX(3, 7n);
  test.setV(2, 0, 0x3ff0_0000_0000_0000n); // 1.0
  test.setV(3, 0, 0x4000_0000_0000_0000n); // 2.0
  test.touchesMemory = true;
  return test;
}

/** Throws unless `executor` gives the known results. */
export async function selfCheck(executor: Executor): Promise<void> {
  const results = await executor.run(batchOf(checks.map(caseOf), new Uint8Array(DATA_BYTES)));
  checks.forEach(({ what, holds }, i) => {
    if (!holds(resultAt(results, i)))
      throw new Error(`${executor.name}: the harness failed its own check: ${what}`);
  });
}
