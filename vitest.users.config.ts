/** `npm run test:users`: what people do with the package, the library and the documents, from outside. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/users/*.test.ts'],
    testTimeout: 60_000,
  },
});
