/** What the kernel console tells of jobs, processes, threads and handles. */
import { shownName } from '../../images/index.js';
import { BlockedState, ObjectType } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { Handle } from '../objects/handle.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { memoryUse } from '../vm/usage.js';

function allOf<T extends object>(kernel: Kernel, type: abstract new (...args: never[]) => T): T[] {
  const found: T[] = [];
  for (const object of kernel.objects.values()) if (object instanceof type) found.push(object);
  return found;
}

/** Columns of `ps`, and the types of objects that they count handles to. */
const columns: readonly (readonly [name: string, type: ObjectType])[] = [
  ['jb', ObjectType.JOB],
  ['pr', ObjectType.PROCESS],
  ['th', ObjectType.THREAD],
  ['vo', ObjectType.VMO],
  ['vm', ObjectType.VMAR],
  ['ch', ObjectType.CHANNEL],
  ['ev', ObjectType.EVENT],
  ['po', ObjectType.PORT],
  ['so', ObjectType.SOCKET],
  ['ti', ObjectType.TIMER],
  ['fi', ObjectType.FIFO],
];
const processHelp = [
  'id    : process id number',
  's     : state: I initial, R running, Y dying, D dead',
  '#t    : number of threads',
  '#pg   : number of pages that it alone maps',
  '#h    : total number of handles, then by type:',
  '        jb jobs, pr processes, th threads, vo VMOs, vm VMARs, ch channels,',
  '        ev events, po ports, so sockets, ti timers, fi fifos',
  'name  : job and process',
] as const;
const processStates = { initial: 'I', running: 'R', dying: 'Y', dead: 'D' } as const;

export function* processLines(kernel: Kernel, [word]: readonly string[]): Iterable<string> {
  if (word !== undefined) {
    yield* processHelp;
    return;
  }
  const count = (text: string | number): string => String(text).padStart(3);
  yield `${'id'.padStart(7)}-s  #t  #pg   #h: ${columns.map(([name]) => `#${name}`).join(' ')} [job:name]`;
  for (const process of allOf(kernel, Process)) {
    const { koid, state, threads, handles, job, name, aspace } = process;
    const held = handles.list();
    const counts = columns.map(([, type]) => count(held.filter(({ object }) => object.type === type).length));
    const pages = state === 'dead' ? 0 : memoryUse(aspace).private / PAGE_SIZE;
    yield `${String(koid).padStart(7)}-${processStates[state]} ${count(threads.size)} ${String(pages).padStart(4)} ${String(held.length).padStart(4)}: ${counts.join(' ')} [${job.koid}:${shownName(name)}]`;
  }
}

export function* jobLines(kernel: Kernel): Iterable<string> {
  const left: (readonly [depth: number, task: Job | Process])[] = [[0, kernel.rootJob]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [depth, task] = next;
    const kind = task instanceof Job ? 'job' : 'proc';
    yield `${'  '.repeat(depth)}${kind} ${task.koid} '${shownName(task.name)}'`;
    if (!(task instanceof Job)) continue;
    for (const child of [...task.processes, ...task.jobs].reverse()) left.push([depth + 1, child]);
  }
}

function threadState(thread: Thread): string {
  const { life, wait, suspensions, killed } = thread;
  if (life === 'new') return 'init';
  if (life === 'dead' || killed) return 'deth';
  if (thread.kernel.scheduler.isOnCore(thread)) return 'run';
  if (suspensions > 0) return 'susp';
  if (wait === undefined) return 'rdy';
  return wait.state === BlockedState.SLEEPING ? 'slep' : 'blok';
}

/** Priorities: what counts, and of it the thread's own, what it has risen by, and what is lent to it. */
export function* threadLines(kernel: Kernel): Iterable<string> {
  yield 'thread list:';
  for (const thread of allOf(kernel, Thread)) {
    const { priority, ownPriority, boost, lentPriority, process } = thread;
    const priorities = `pri ${String(priority).padStart(2)} [${ownPriority}:${boost},${lentPriority}]`;
    const names = `(${shownName(process.name)}:${shownName(thread.name)})`;
    yield `thr ${thread.koid} st ${threadState(thread).padStart(4)} ${priorities} pid ${process.koid} tid ${thread.koid} ${names}`;
  }
}

const typeNames = new Map<number, string>(
  Object.entries(ObjectType).map(([name, type]) => [type, name.toLowerCase()]),
);

export function* handleLines(kernel: Kernel, [koid]: readonly string[]): Iterable<string> {
  const processes = allOf(kernel, Process);
  if (koid === undefined) {
    yield `${kernel.handles.count} handles, ${kernel.ipc.handlesInTransit} of them in messages`;
    const counts = new Map<number, number>();
    for (const { object } of processes.flatMap(({ handles }) => handles.list()))
      counts.set(object.type, (counts.get(object.type) ?? 0) + 1);
    for (const [type, count] of [...counts].sort(([, a], [, b]) => b - a))
      yield `${String(count).padStart(7)} ${typeNames.get(type) ?? type}`;
    return;
  }
  const process = processes.find((each) => String(each.koid) === koid);
  if (process === undefined) {
    yield `handles: no process ${koid}`;
    return;
  }
  yield ' handle     koid     rights type';
  for (const handle of process.handles.list()) yield handleLine(process, handle);
}

function handleLine({ handles }: Process, handle: Handle): string {
  const { object, rights } = handle;
  const value = handles.valueOf(handle).toString(16).padStart(8, '0');
  const type = typeNames.get(object.type) ?? String(object.type);
  return `${value} ${String(object.koid).padStart(7)} 0x${rights.toString(16).padStart(8, '0')} ${type}`;
}
