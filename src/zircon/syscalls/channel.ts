/** Channels: docs/syscalls/channel_*.md. */
import { Right, Signal, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { structs } from '../abi/structs.js';
import { Channel, ChannelCall, Message, TXID_BYTES } from '../objects/channel.js';
import type { Handle } from '../objects/handle.js';
import type { Process } from '../objects/process.js';
import { CallError, type Call, type Handler, type Result } from './call.js';
import { orCloseHandles, takeForTransfer } from './handle-array.js';

const { CHANNEL_MAX_MSG_BYTES, CHANNEL_MAX_MSG_HANDLES, CHANNEL_READ_MAY_DISCARD } = Signal;
const HANDLE_BYTES = 4;
/** The counts that a call gives back. */
const COUNT_BYTES = 4;

function channelCreate(call: Call): Result {
  if (call.u32(0) !== 0) return Status.INVALID_ARGS;
  call.kernel.policy.require(call.thread, Policy.NEW_CHANNEL);
  const [one, other] = Channel.createPair(call.kernel);
  call.giveOut({ pointer: call.pointer(1), object: one }, { pointer: call.pointer(2), object: other });
  return Status.OK;
}

// Reading.

/** How the handles of a message are written: plain values, or zx_handle_info_t. */
function handleRecords(process: Process, handles: readonly Handle[], full: boolean): Uint8Array {
  const { size, offsets } = structs.zx_handle_info;
  const stride = full ? size : HANDLE_BYTES;
  const bytes = new Uint8Array(handles.length * stride);
  const view = new DataView(bytes.buffer);
  for (const [i, handle] of handles.entries()) {
    view.setUint32(i * stride, process.handles.valueOf(handle), true);
    if (!full) continue;
    view.setUint32(i * stride + offsets.type, handle.object.type, true);
    view.setUint32(i * stride + offsets.rights, handle.rights, true);
  }
  return bytes;
}

function writeCounts(call: Call, bytesPointer: number, handlesPointer: number, message: Message): void {
  if (bytesPointer !== 0) call.writeU32(bytesPointer, message.bytes.length);
  if (handlesPointer !== 0) call.writeU32(handlesPointer, message.handles.length);
}

/** A message is read whole or, if anything is wrong with the buffers, stays where it is. */
function channelRead(call: Call, full: boolean): Result {
  const channel = call.object(call.u32(0), Channel, Right.READ);
  const options = call.u32(1);
  if ((options & ~CHANNEL_READ_MAY_DISCARD) !== 0) return Status.NOT_SUPPORTED;
  const message = channel.first;
  if (message === undefined) return channel.emptyStatus;
  writeCounts(call, call.pointer(6), call.pointer(7), message);
  if (message.bytes.length > call.u32(4) || message.handles.length > call.u32(5)) {
    if ((options & CHANNEL_READ_MAY_DISCARD) !== 0) {
      channel.takeFirst();
      call.kernel.ipc.discard(message.handles);
    }
    return Status.BUFFER_TOO_SMALL;
  }
  if (message.bytes.length > 0) call.writeBytes(call.pointer(2), message.bytes);
  if (message.handles.length > 0)
    call.writeBytes(call.pointer(3), handleRecords(call.process, message.handles, full));
  channel.takeFirst();
  for (const handle of message.handles) call.process.handles.add(handle);
  return Status.OK;
}

// Writing.

interface Outgoing {
  readonly bytes: number;
  readonly byteCount: number;
  readonly handles: number;
  readonly handleCount: number;
}

/** Makes a message of the caller's memory. Throws OUT_OF_RANGE, INVALID_ARGS and what `takeForTransfer` throws. */
function compose(call: Call, channel: Channel, out: Outgoing): Message {
  const bytes = orCloseHandles(call, out.handles, out.handleCount, () => {
    if (out.byteCount > CHANNEL_MAX_MSG_BYTES || out.handleCount > CHANNEL_MAX_MSG_HANDLES)
      throw new CallError(Status.OUT_OF_RANGE);
    return out.byteCount === 0 ? new Uint8Array(0) : call.readBytes(out.bytes, out.byteCount);
  });
  return new Message(bytes, takeForTransfer(call, out.handles, out.handleCount, channel));
}

function channelWrite(call: Call): Result {
  const out = {
    bytes: call.pointer(2),
    byteCount: call.u32(3),
    handles: call.pointer(4),
    handleCount: call.u32(5),
  };
  const channel = orCloseHandles(call, out.handles, out.handleCount, () => {
    const object = call.object(call.u32(0), Channel, Right.WRITE);
    if (call.u32(1) !== 0) throw new CallError(Status.INVALID_ARGS);
    return object;
  });
  const message = compose(call, channel, out);
  return channel.write(message);
}

// Calls.

/** zx_channel_call_args_t. */
interface CallArgs extends Outgoing {
  readonly readBytes: number;
  readonly readByteCount: number;
  readonly readHandles: number;
  readonly readHandleCount: number;
}

function readCallArgs(call: Call, pointer: number): CallArgs {
  const { size, offsets } = structs.zx_channel_call_args;
  const view = new DataView(call.readBytes(pointer, size).buffer);
  const address = (at: number): number => Number(view.getBigUint64(at, true));
  return {
    bytes: address(offsets.wr_bytes),
    byteCount: view.getUint32(offsets.wr_num_bytes, true),
    handles: address(offsets.wr_handles),
    handleCount: view.getUint32(offsets.wr_num_handles, true),
    readBytes: address(offsets.rd_bytes),
    readByteCount: view.getUint32(offsets.rd_num_bytes, true),
    readHandles: address(offsets.rd_handles),
    readHandleCount: view.getUint32(offsets.rd_num_handles, true),
  };
}

/** A call whose answer goes to the caller's buffers. */
export class BufferedChannelCall extends ChannelCall {
  constructor(
    channel: Channel,
    handle: Handle,
    private readonly args: CallArgs,
    private readonly actualBytes: number,
    private readonly actualHandles: number,
  ) {
    super(channel, handle);
  }

  override finish(status: number): number {
    const { reply, thread } = this;
    if (reply === undefined) return status;
    const result = this.deliver(reply);
    if (result === Status.OK) for (const handle of reply.handles) thread.process.handles.add(handle);
    else thread.kernel.ipc.discard(reply.handles);
    return result;
  }

  private deliver({ bytes, handles }: Message): number {
    const { args, thread } = this;
    const { process } = thread;
    const copy = (pointer: number, data: Uint8Array): boolean =>
      data.length === 0 || process.aspace.copyOut(pointer, data);
    const counted =
      copy(this.actualBytes, u32Bytes(bytes.length)) && copy(this.actualHandles, u32Bytes(handles.length));
    if (!counted) return Status.INVALID_ARGS;
    if (bytes.length > args.readByteCount || handles.length > args.readHandleCount)
      return Status.BUFFER_TOO_SMALL;
    const copied =
      copy(args.readBytes, bytes) && copy(args.readHandles, handleRecords(process, handles, false));
    return copied ? Status.OK : Status.INVALID_ARGS;
  }
}

function u32Bytes(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function channelCallNoRetry(call: Call): Result {
  const args = readCallArgs(call, call.pointer(3));
  const [channel, handle] = orCloseHandles(call, args.handles, args.handleCount, () => {
    const value = call.u32(0);
    const object = call.object(value, Channel, Right.READ | Right.WRITE);
    if (call.u32(1) !== 0 || args.byteCount < TXID_BYTES) throw new CallError(Status.INVALID_ARGS);
    for (const actual of [4, 5]) call.requireWritable(call.pointer(actual), COUNT_BYTES);
    return [object, call.handle(value)] as const;
  });
  const message = compose(call, channel, args);
  const wait = new BufferedChannelCall(channel, handle, args, call.pointer(4), call.pointer(5));
  const status = channel.startCall(wait, message);
  return status === Status.OK ? call.block(wait, call.time(2)) : status;
}

export const channelCalls: Readonly<Record<string, Handler>> = {
  channel_create: channelCreate,
  channel_read: (call) => channelRead(call, false),
  channel_read_etc: (call) => channelRead(call, true),
  channel_write: channelWrite,
  channel_call_noretry: channelCallNoRetry,
  // Takes a call up again that returned INTERNAL_INTR_RETRY. Here a suspended thread stays in its call.
  channel_call_finish: () => Status.BAD_STATE,
};
