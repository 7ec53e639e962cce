import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    // Slow ones: vitest.users.config.ts.
    exclude: ['tests/users/**'],
    testTimeout: 60_000,
    // Nothing else is to be done while tests run: all cores.
    maxWorkers: availableParallelism(),
  },
});
