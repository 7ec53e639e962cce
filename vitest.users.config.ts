/** `npm run test:users`: what people do with the package, the library and the documents, from outside. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/users/*.test.ts'],
    // No test is to depend on what ran before.
    env: { FIRSTLIGHT_KEPT_REGIONS: 'none' },
    testTimeout: 60_000,
  },
});
