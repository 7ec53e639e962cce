/** Says what takes long, so that nobody wonders: loading an image, say. */

/** Milliseconds that a person waits without wondering. */
const PATIENCE = 1000;

/**
 * Does a piece of work that cannot be looked at before it is done, and then says how long it took if that was over
 * a second. `bytes` is how much there is to do; beyond what a second does, it is said in advance. Without `write`
 * nothing is said.
 */
export function withProgress<T>(
  what: string,
  bytes: number,
  write: ((text: string) => void) | undefined,
  work: () => T,
): T {
  const isLong = bytes > BYTES_A_SECOND;
  if (isLong) write?.(`firstlight: ${what} (${Math.round(bytes / 2 ** 20)} MiB)...\n`);
  const started = performance.now();
  const result = work();
  const took = performance.now() - started;
  if (took > PATIENCE) write?.(`firstlight: ${what}: ${(took / 1000).toFixed(1)} s\n`);
  return result;
}

/** What inflating does on a slow machine. */
const BYTES_A_SECOND = 64 * 2 ** 20;
