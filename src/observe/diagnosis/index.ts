/** What a guest does of which nothing is seen. */
export { diagnose, type Diagnosis } from './diagnosis.js';
export { messageText, type KernelMessage } from './kernel-log.js';
export { diagnosisLine, diagnosisReport } from './text.js';
export { Watch } from './watch.js';
export { hostedThreads, type ThreadState } from './threads.js';
