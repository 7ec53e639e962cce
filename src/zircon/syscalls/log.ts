/** The debug log and the console: docs/objects/log.md. */
import { Right, Status } from '../abi/constants.js';
import { LOG_TEXT_MAX } from '../debug-log.js';
import { Log } from '../objects/log.js';
import { Wait } from '../objects/wait.js';
import { BLOCKED, type Call, type Handler, type Result } from './call.js';
import { requireRoot } from './resource.js';

/** ZX_LOG_FLAG_READABLE. */
const FLAG_READABLE = 0x4000_0000;
const FLAGS_MASK = 0xffff;
const RECORD_HEADER = 32;
/** debug_write takes at most this much at once. */
const DEBUG_WRITE_MAX = 256;

function create(call: Call): Result {
  // A writer needs no resource: the first processes have none yet.
  if (call.u32(0) !== 0) requireRoot(call, call.u32(0));
  if ((call.u32(1) & ~FLAG_READABLE) !== 0) return Status.INVALID_ARGS;
  const readable = (call.u32(1) & FLAG_READABLE) !== 0;
  call.giveOut({ pointer: call.pointer(2), object: new Log(call.kernel, readable) });
  return Status.OK;
}

function write(call: Call, options: number, pointer: number, length: number): Result {
  const log = call.object(call.u32(0), Log, Right.WRITE);
  if ((options & ~FLAGS_MASK) !== 0) return Status.INVALID_ARGS;
  const text = call.readBytes(pointer, Math.min(length, LOG_TEXT_MAX));
  log.kernel.log.write(text, options, call.process.koid, call.thread.koid);
  return Status.OK;
}

function read(call: Call, options: number, pointer: number, length: number): Result {
  const log = call.object(call.u32(0), Log, Right.READ);
  if (options !== 0) return Status.INVALID_ARGS;
  const record = log.next;
  if (record === undefined) return Status.SHOULD_WAIT;
  const bytes = new Uint8Array(RECORD_HEADER + record.text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, record.text.length, true);
  view.setUint16(6, record.flags, true);
  view.setBigUint64(8, BigInt(record.timestamp), true);
  view.setBigUint64(16, BigInt(record.pid), true);
  view.setBigUint64(24, BigInt(record.tid), true);
  bytes.set(record.text, RECORD_HEADER);
  const size = Math.min(bytes.length, length);
  call.writeBytes(pointer, bytes.subarray(0, size));
  log.passed(record);
  return size;
}

/** A thread in debug_read, until the console has input. */
export class ConsoleWait extends Wait {
  /** ZX_THREAD_STATE_BLOCKED. */
  readonly state = 3;

  constructor(
    private readonly buffer: number,
    private readonly length: number,
    private readonly actual: number,
  ) {
    super();
  }
  detach(): void {
    this.thread.kernel.console.removeReader(this);
  }
  override finish(status: number): number {
    if (status !== Status.OK) return status;
    const { kernel, process } = this.thread;
    const bytes = kernel.console.peek(this.length);
    const size = new Uint8Array(8);
    new DataView(size.buffer).setBigUint64(0, BigInt(bytes.length), true);
    const isWritten = process.aspace.copyOut(this.buffer, bytes) && process.aspace.copyOut(this.actual, size);
    if (!isWritten) return Status.INVALID_ARGS;
    kernel.console.consume(bytes.length);
    return Status.OK;
  }
}

/** Reads console input, waiting for some. The length is in and out. */
function debugRead(call: Call): Result {
  requireRoot(call, call.u32(0));
  const length = Number(call.readU64(call.pointer(2)));
  const wait = new ConsoleWait(call.pointer(1), length, call.pointer(2));
  if (length === 0) return Status.OK;
  const { console } = call.kernel;
  console.addReader(wait);
  call.block(wait, Infinity);
  if (console.hasInput) call.thread.unblock(Status.OK);
  return BLOCKED;
}

function debugWrite(call: Call): Result {
  const length = Math.min(call.size(1), DEBUG_WRITE_MAX);
  call.kernel.console.writeBytes(call.readBytes(call.pointer(0), length));
  return Status.OK;
}

export const logCalls: Readonly<Record<string, Handler>> = {
  debuglog_create: create,
  debuglog_write: (call) => write(call, call.u32(1), call.pointer(2), call.size(3)),
  debuglog_read: (call) => read(call, call.u32(1), call.pointer(2), call.size(3)),
  log_write: (call) => write(call, call.u32(3), call.pointer(2), call.u32(1)),
  log_read: (call) => read(call, call.u32(3), call.pointer(2), call.u32(1)),
  debug_read: debugRead,
  debug_write: debugWrite,
};
