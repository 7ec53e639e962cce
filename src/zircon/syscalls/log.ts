/** The debug log and the console: docs/objects/log.md. */
import { LogConstant, Right, Status, ThreadState } from '../abi/constants.js';
import { structs } from '../abi/structs.js';
import { LOG_TEXT_MAX } from '../debug-log.js';
import { Log } from '../objects/log.js';
import { Wait } from '../objects/wait.js';
import { BLOCKED, type Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import type { HandleValue, UserIn, UserOut } from './entry/user-pointer.js';
import { requireRoot } from './resource.js';

/** debug_write takes at most this much at once. */
const DEBUG_WRITE_MAX = 256;

function write(
  call: Call,
  handle: HandleValue,
  options: number,
  buffer: UserIn<'void'>,
  length: number,
): number {
  const log = call.object(handle, Log, Right.WRITE);
  if ((options & ~LogConstant.FLAGS_MASK) !== 0) return Status.INVALID_ARGS;
  const text = call.readBytes(buffer, Math.min(length, LOG_TEXT_MAX));
  log.kernel.log.write(text, options, call.process.koid, call.thread.koid);
  return Status.OK;
}

/** Returns the size of the record. */
function read(
  call: Call,
  handle: HandleValue,
  options: number,
  buffer: UserOut<'void'>,
  length: number,
): number {
  const log = call.object(handle, Log, Right.READ);
  if (options !== 0) return Status.INVALID_ARGS;
  const record = log.next;
  if (record === undefined) return Status.SHOULD_WAIT;
  const { size: headerSize, offsets } = structs.zx_log_record;
  const bytes = new Uint8Array(headerSize + record.text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(offsets.datalen, record.text.length, true);
  view.setUint16(offsets.flags, record.flags, true);
  view.setBigUint64(offsets.timestamp, BigInt(record.timestamp), true);
  view.setBigUint64(offsets.pid, BigInt(record.pid), true);
  view.setBigUint64(offsets.tid, BigInt(record.tid), true);
  bytes.set(record.text, headerSize);
  const size = Math.min(bytes.length, length);
  call.writeBytes(buffer, bytes.subarray(0, size));
  log.passed(record);
  return size;
}

/** A thread in debug_read, until the console has input. */
export class ConsoleWait extends Wait {
  readonly state = ThreadState.BLOCKED;

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
  protected override get isFound(): boolean {
    return this.thread.kernel.console.hasReader(this);
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

export const logCalls = {
  debuglog_create(call, resource, options, out) {
    // A writer needs no resource: the first processes have none yet.
    if (resource !== 0) requireRoot(call, resource);
    if ((options & ~LogConstant.FLAG_READABLE) !== 0) return Status.INVALID_ARGS;
    const readable = (options & LogConstant.FLAG_READABLE) !== 0;
    call.giveOut({ pointer: out, object: new Log(call.kernel, readable) });
    return Status.OK;
  },
  debuglog_write: write,
  debuglog_read: read,
  log_write: (call, handle, length, buffer, options) => write(call, handle, options, buffer, length),
  log_read: (call, handle, length, buffer, options) => read(call, handle, options, buffer, length),
  /** Reads console input, waiting for some. The length is in and out. */
  debug_read(call, resource, buffer, size) {
    requireRoot(call, resource);
    const length = Number(call.readU64(size));
    const wait = new ConsoleWait(buffer, length, size);
    if (length === 0) return Status.OK;
    const { console } = call.kernel;
    console.addReader(wait);
    call.block(wait, Infinity);
    if (console.hasInput) call.thread.unblock(Status.OK);
    return BLOCKED;
  },
  debug_write(call, buffer, size) {
    call.kernel.console.writeBytes(call.readBytes(buffer, Math.min(size, DEBUG_WRITE_MAX)));
    return Status.OK;
  },
} satisfies Partial<Handlers>;
