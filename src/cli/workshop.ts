/** The program of the thread that makes regions of what a machine executes often; `run/workshop.ts` starts it. */
import { parentPort } from 'node:worker_threads';
import { Workshop, type Order } from '../engine/index.js';

const workshop = new Workshop(() => performance.now());
parentPort?.on('message', (order: Order) => parentPort?.postMessage(workshop.make(order).product));
