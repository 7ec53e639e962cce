/** Threads and inferiors: `H`, `T`, lists of them, attaching and detaching. */
import { memoryMap, descriptionFiles, threadList } from './description.js';
import { PACKET_SIZE } from './framing.js';
import { bytesToHex, bytesOf, parseCount } from './hex.js';
import { Reply, type Handler } from './reply.js';
import type { GdbSession } from './session.js';
import { parseThread, threadName } from './thread-names.js';

function choose(session: GdbSession, rest: string): string {
  const kind = rest[0];
  const pattern = parseThread(rest.slice(1));
  if (pattern === undefined || (kind !== 'g' && kind !== 'c')) return Reply.Invalid;
  const isFree = typeof pattern.inferior === 'string' && typeof pattern.thread === 'string';
  const found = isFree ? undefined : session.find(pattern);
  if (!isFree && found === undefined) return Reply.Invalid;
  if (kind === 'g') session.thread = found;
  else session.continued = found;
  return Reply.Ok;
}

function isAlive(session: GdbSession, rest: string): string {
  const pattern = parseThread(rest);
  return pattern !== undefined && session.find(pattern) !== undefined ? Reply.Ok : Reply.Invalid;
}

/** Threads of a part of the list that fits a packet. */
const LISTED = Math.floor(PACKET_SIZE / 32);

function list(session: GdbSession, start: number): string {
  const part = session.threads.slice(start, start + LISTED);
  session.listed = start + part.length;
  return part.length === 0 ? 'l' : `m${part.map(threadName).join()}`;
}

function extraInfo(session: GdbSession, rest: string): string {
  const pattern = parseThread(rest);
  const thread = pattern && session.find(pattern);
  return thread === undefined ? Reply.Invalid : bytesToHex(bytesOf(`${thread.name} [${thread.state}]`));
}

/** Objects of `qXfer` that are read, by kind and name. */
function objectOf(session: GdbSession, kind: string, name: string): string | undefined {
  if (kind === 'features') return descriptionFiles(session.debug.registers).get(name);
  if (name !== '') return undefined;
  if (kind === 'threads') return threadList(session.threads);
  return kind === 'memory-map' ? memoryMap : undefined;
}

/** `OBJECT:read:ANNEX:OFFSET,LENGTH`. */
function transfer(session: GdbSession, rest: string): string {
  const [kind, verb, name, range, ...more] = rest.split(':');
  if (!['features', 'threads', 'memory-map'].includes(kind) || verb !== 'read') return Reply.Unsupported;
  const [offset, length] = (range ?? '').split(',').map(parseCount);
  if (offset === undefined || length === undefined || more.length > 0) return Reply.Invalid;
  const content = objectOf(session, kind, name);
  if (content === undefined) return 'E00';
  // Escapes may double what is told.
  const part = content.slice(offset, offset + Math.min(length, PACKET_SIZE / 2));
  return `${offset + part.length < content.length ? 'm' : 'l'}${part}`;
}

export const threadPackets: Readonly<Record<string, Handler<GdbSession>>> = {
  H: choose,
  T: isAlive,
  qC: ({ thread }) => `QC${threadName(thread)}`,
  qfThreadInfo: (session) => list(session, 0),
  qsThreadInfo: (session) => list(session, session.listed),
  'qThreadExtraInfo,': extraInfo,
  qAttached: () => '1',
  'qXfer:': transfer,
};
