import { describe, expect, it } from 'vitest';
import { code, TEST_RAM, testCluster } from '../test-cluster.js';

/** Where they go. */
const PLACE = TEST_RAM + 0x100;
const COUNT = 100;

describe('stores into the page that they are executed from', () => {
  // So many that the page is taken for data on the way, at the store itself.
  it.each([
    ['str x16, [x13], #8', 8],
    ['stp x16, x17, [x13], #16', 16],
  ])('%s does all of its work', (store, bytes) => {
    const cluster = testCluster();
    cluster.ram.write(
      0,
      code(
        `movz x13, #${PLACE & 0xffff}`,
        `movk x13, #${PLACE >>> 16}, lsl #16`,
        `movz x16, #0`,
        `add x16, x16, #1`,
        store,
        `cmp x16, #${COUNT}`,
        `b.ne #-12`,
        `b #0`,
      ),
    );
    cluster.run(4 * COUNT + 10);
    expect(cluster.cores[0].registers.x(13)).toBe(BigInt(PLACE + bytes * COUNT));
    const words = new BigUint64Array(cluster.ram.view(PLACE - TEST_RAM, bytes * COUNT).slice().buffer);
    const every = bytes / 8;
    expect([...words].filter((_, i) => i % every === 0)).toEqual(
      Array.from({ length: COUNT }, (_, i) => BigInt(i + 1)),
    );
  });
});
