/** The program of the thread that makes regions of what a machine executes often; `run/workshop.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { Workshop, type Order } from '../engine/index.js';
import { nativeCompiler } from './run/native-code.js';
import type { KeptBytes } from './run/workshop.js';

const workshop = new Workshop(() => performance.now());
parentPort?.on('message', (asked: Order | KeptBytes) =>
  parentPort?.postMessage(
    'bytes' in asked ? nativeCompiler.moduleOf(asked.bytes, asked.code) : workshop.make(asked).product,
  ),
);
