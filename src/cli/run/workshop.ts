/** Starts a thread that makes regions of what a machine executes often, so that the machine need not wait for them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DistantWorkshop, Product } from '../../engine/index.js';

/** Beside the command line where it is built; the source has none. */
const program = join(fileURLToPath(import.meta.url), '..', 'workshop.cjs');

/** Most commands need none. */
const threads = () =>
  createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads');

/** Undefined where a thread would have no processor of its own, or there is no program for it. */
export function startWorkshop(): DistantWorkshop | undefined {
  if (availableParallelism() < 2 || !existsSync(program)) return undefined;
  const thread = new (threads().Worker)(program);
  const workshop: DistantWorkshop = { order: (order) => thread.postMessage(order), deliver: () => {} };
  thread.on('message', (product: Product) => workshop.deliver(product));
  // After the listener, which would have the process go on for it.
  thread.unref();
  return workshop;
}
