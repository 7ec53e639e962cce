/** Starts a thread that makes regions of what a machine executes often, so that the machine need not wait for them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DistantWorkshop, Product } from '../../engine/index.js';

/** Its program: beside the command line where it is built; the source has none. */
export const workshopProgram = join(fileURLToPath(import.meta.url), '..', 'workshop.cjs');

/** Most commands need none. */
const threads = () =>
  createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads');

/** Whether there is a program for such a thread. */
export const hasWorkshop = (): boolean => existsSync(workshopProgram);

/** Undefined where a thread would have no processor of its own, or there is no program for it. */
export function startWorkshop(): DistantWorkshop | undefined {
  if (availableParallelism() < 2 || !hasWorkshop()) return undefined;
  const thread = new (threads().Worker)(workshopProgram);
  const workshop: DistantWorkshop = {
    order: (order) => thread.postMessage(order),
    // Copies: what they are parts of would be copied, too.
    compile: ({ bytes, code }) => thread.postMessage({ bytes: bytes.slice(), code: code?.slice() }),
    deliver: () => {},
    compiled: () => {},
  };
  thread.on('message', (made: Product | WebAssembly.Module) =>
    made instanceof WebAssembly.Module ? workshop.compiled(made) : workshop.deliver(made),
  );
  // After the listener, which would have the process go on for it.
  thread.unref();
  return workshop;
}
