/** Running on: `vCont`, `c`, `s`, and the ways that there are not. */
import type { ThreadStep } from '../debugger.js';
import { parseNumber } from './hex.js';
import { failed, Reply, type Handler } from './reply.js';
import { StepBit, type GdbSession } from './session.js';
import { matches, parseThread, type ThreadPattern } from './thread-names.js';

/** What some threads are to do. */
interface Action {
  readonly kind: 'continue' | 'step';
  readonly range: ThreadStep['range'];
  readonly threads: ThreadPattern;
}

const all: ThreadPattern = { inferior: 'all', thread: 'all' };

/** `c`, `C SIGNAL`, `s`, `S SIGNAL` or `r START,END`, and the threads. */
function parseAction(text: string): Action | undefined {
  const colon = text.indexOf(':');
  const what = colon < 0 ? text : text.slice(0, colon);
  const threads = colon < 0 ? all : parseThread(text.slice(colon + 1));
  if (threads === undefined) return undefined;
  if (/^(c|C[0-9a-f]{2})$/i.test(what)) return { kind: 'continue', range: undefined, threads };
  if (/^(s|S[0-9a-f]{2})$/i.test(what)) return { kind: 'step', range: undefined, threads };
  const [, start, end] = /^r([0-9a-f]+),([0-9a-f]+)$/i.exec(what) ?? [];
  const [from, to] = [parseNumber(start), parseNumber(end)];
  return from === undefined || to === undefined ? undefined : { kind: 'step', range: { from, to }, threads };
}

/** Cores cannot be held: those that are told nothing run as well, in the machine's order. */
function continueThreads(session: GdbSession, rest: string): string | undefined {
  const actions = rest.split(';').map(parseAction);
  const step = actions.find((each) => each?.kind === 'step');
  if (actions.includes(undefined)) return Reply.Invalid;
  if (step === undefined) return run(session);
  const preferred = matches(step.threads, session.thread) ? session.thread : session.find(step.threads);
  return preferred === undefined ? Reply.Invalid : run(session, preferred, step.range);
}

function run(session: GdbSession, thread?: ThreadStep['thread'], range?: ThreadStep['range']): undefined {
  const { debug, stepBits } = session;
  const steps = thread !== undefined && (stepBits & StepBit.ENABLE) !== 0;
  debug.resume(steps ? { thread, range, holdsInterrupts: (stepBits & StepBit.NOIRQ) !== 0 } : undefined);
  return undefined;
}

/** `c` and `s`, maybe from another address, maybe with a signal, which nobody takes here. */
const from =
  (isStep: boolean, hasSignal: boolean): Handler<GdbSession> =>
  (session, rest) => {
    const text = hasSignal ? rest.split(';')[1] : rest;
    const thread = session.continued ?? session.thread;
    if (text !== undefined && text !== '') {
      const pc = session.debug.registers.find(({ name }) => name === 'pc');
      const address = parseNumber(text);
      if (pc === undefined || address === undefined) return Reply.Invalid;
      if (session.debug.isReadOnly) return Reply.NotAllowed;
      if (!session.debug.target.registers(thread).write(pc, address)) return Reply.Invalid;
    }
    return run(session, isStep ? thread : undefined);
  };

const noWayBack = (): string => failed('a machine that runs cannot go back');

/** Answered at once. */
export const aboutRunning: Readonly<Record<string, Handler<GdbSession>>> = {
  'vCont?': () => 'vCont;c;C;s;S;r',
  bc: noWayBack,
  bs: noWayBack,
};

/** Answered when the machine stands still again. */
export const runPackets: Readonly<Record<string, Handler<GdbSession>>> = {
  'vCont;': continueThreads,
  c: from(false, false),
  C: from(false, true),
  s: from(true, false),
  S: from(true, true),
};
