/** `ut`: unit tests of the kernel that run inside it, on its own memory and objects, and leave nothing behind. */
import type { Kernel } from '../kernel.js';
import { Process } from '../objects/process.js';
import { suites } from './unit-test-suites.js';

/** What a test is given. */
export class UnitTest {
  /** What did not hold. */
  readonly failures: string[] = [];

  constructor(
    readonly kernel: Kernel,
    /** One that never runs, for handles and mappings: they go with it. */
    readonly process: Process,
  ) {}

  expect(holds: boolean, what: string): void {
    if (!holds) this.failures.push(what);
  }
}

export type UnitTestCase = readonly [name: string, run: (test: UnitTest) => void];

const usage = ['Usage:', 'ut <suite>: run the tests of a suite', 'ut all: run all tests', 'Suites:'] as const;

export function* unitTestLines(kernel: Kernel, [name]: readonly string[]): Iterable<string> {
  if (name === undefined) {
    yield* usage;
    for (const [suite, cases] of Object.entries(suites)) yield `  ${suite.padEnd(12)}: ${cases.length} tests`;
    return;
  }
  const chosen = Object.entries(suites).filter(([suite]) => name === 'all' || suite === name);
  if (chosen.length === 0) {
    yield `ut: no suite ${name}`;
    return;
  }
  let failed = 0;
  for (const [suite, cases] of chosen) {
    yield `${suite} : Running ${cases.length} tests...`;
    for (const each of cases) {
      const failures = runCase(kernel, each);
      if (failures.length > 0) failed += 1;
      yield `  ${each[0].padEnd(48)} : ${failures.length === 0 ? 'PASSED' : 'FAILED'}`;
      for (const failure of failures) yield `    ${failure}`;
    }
  }
  const count = chosen.reduce((sum, [, cases]) => sum + cases.length, 0);
  yield `SUMMARY: Ran ${count} test cases: ${failed} failed`;
}

/** What did not hold. A test that throws has failed; what it has made goes all the same. */
function runCase(kernel: Kernel, [, run]: UnitTestCase): readonly string[] {
  const { count } = kernel.handles;
  const { vmo, table } = kernel.vm.pages.used;
  const test = new UnitTest(kernel, new Process(kernel, kernel.rootJob, 'ut'));
  try {
    run(test);
  } catch (error) {
    test.failures.push(error instanceof Error ? error.message : String(error));
  }
  test.process.kill();
  test.expect(kernel.handles.count === count, 'no handle is left behind');
  const { used } = kernel.vm.pages;
  test.expect(used.vmo === vmo && used.table === table, 'no page is left behind');
  return test.failures;
}
