import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
    // Slow ones: vitest.users.config.ts.
    exclude: ['tests/users/**'],
    // No test is to depend on what ran before.
    env: { FIRSTLIGHT_KEPT_REGIONS: 'none' },
    testTimeout: 60_000,
    // A worker loads the modules once, not for each file: that was a third of its time. No test replaces a module.
    isolate: false,
    // Nothing else is to be done while tests run: all cores.
    maxWorkers: availableParallelism(),
  },
});
