/** The program of the thread that makes regions of what a machine executes often; `run/workshop.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { Workshop, type KeptCode, type Order } from '../engine/index.js';
import { nativeCompiler } from './run/native-code.js';

const workshop = new Workshop(() => performance.now());
// An order, or a module to be compiled.
parentPort?.on('message', (asked: Order | KeptCode) =>
  parentPort?.postMessage('bytes' in asked ? nativeCompiler.moduleOf(asked) : workshop.make(asked).product),
);
