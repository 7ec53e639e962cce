/** The program of the thread that makes regions of what a machine executes often; `run/workshop.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { Workshop, type Order } from '../engine/index.js';

const workshop = new Workshop(() => performance.now());
// An order, or a module to be compiled.
parentPort?.on('message', (asked: Order | Uint8Array<ArrayBuffer>) =>
  parentPort?.postMessage(
    asked instanceof Uint8Array ? new WebAssembly.Module(asked) : workshop.make(asked).product,
  ),
);
