/** Channels: docs/syscalls/channel_*.md. */
import { ChannelRead, Limit, Policy, Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { structs } from '../abi/structs.js';
import { Channel, ChannelCall, Message, TXID_BYTES } from '../objects/channel.js';
import type { Handle } from '../objects/handle.js';
import type { Process } from '../objects/process.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import {
  pointerAt,
  type HandleValue,
  type OptionalOut,
  type UserIn,
  type UserOut,
  type UserPointer,
} from './entry/user-pointer.js';
import { closeUntaken, takeForTransfer } from './handle-array.js';

const { CHANNEL_MAX_MSG_BYTES, CHANNEL_MAX_MSG_HANDLES } = Limit;
const HANDLE_BYTES = 4;
/** The counts that a call gives back. */
const COUNT_BYTES = 4;

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

/** A message is read whole or, if anything is wrong with the buffers, stays where it is. `full`: as zx_handle_info_t. */
const reader =
  (full: boolean) =>
  (
    call: Call,
    handle: HandleValue,
    options: number,
    bytes: UserOut<'void'>,
    handles: UserOut<'zx_handle_t' | 'zx_handle_info_t'>,
    byteCount: number,
    handleCount: number,
    actualBytes: OptionalOut<'uint32_t'>,
    actualHandles: OptionalOut<'uint32_t'>,
  ): number => {
    const channel = call.object(handle, Channel, Right.READ);
    if ((options & ~ChannelRead.MAY_DISCARD) !== 0) return Status.NOT_SUPPORTED;
    const message = channel.first;
    if (message === undefined) return channel.emptyStatus;
    call.reportU32(actualBytes, message.bytes.length);
    call.reportU32(actualHandles, message.handles.length);
    if (message.bytes.length > byteCount || message.handles.length > handleCount) {
      if ((options & ChannelRead.MAY_DISCARD) !== 0) {
        channel.takeFirst();
        call.kernel.ipc.discard(message.handles);
      }
      return Status.BUFFER_TOO_SMALL;
    }
    if (message.bytes.length > 0) call.writeBytes(bytes, message.bytes);
    if (message.handles.length > 0)
      call.writeBytes(handles, handleRecords(call.process, message.handles, full));
    channel.takeFirst();
    for (const handle of message.handles) call.process.handles.add(handle);
    return Status.OK;
  };

// Writing.

interface Outgoing {
  readonly bytes: UserIn<'void'>;
  readonly byteCount: number;
  readonly handles: UserIn<'zx_handle_t'>;
  readonly handleCount: number;
}

/** The bytes of a message out of the caller's memory. Throws OUT_OF_RANGE, INVALID_ARGS. */
function readMessage(call: Call, { bytes, byteCount, handleCount }: Outgoing): Uint8Array {
  if (byteCount > CHANNEL_MAX_MSG_BYTES || handleCount > CHANNEL_MAX_MSG_HANDLES)
    throw new StatusError(Status.OUT_OF_RANGE);
  return byteCount === 0 ? new Uint8Array(0) : call.readBytes(bytes, byteCount);
}

// Calls.

/** zx_channel_call_args_t. */
interface CallArgs extends Outgoing {
  readonly readBytes: UserOut<'void'>;
  readonly readByteCount: number;
  readonly readHandles: UserOut<'zx_handle_t'>;
  readonly readHandleCount: number;
}

function readCallArgs(call: Call, from: UserIn<'zx_channel_call_args_t'>): CallArgs {
  const { offsets } = structs.zx_channel_call_args;
  const view = call.readStructs(from, 'zx_channel_call_args');
  const address = <P extends UserPointer>(at: number): P => pointerAt(Number(view.getBigUint64(at, true)));
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
    private args: CallArgs,
    private actualBytes: number,
    private actualHandles: number,
  ) {
    super(channel, handle);
  }

  /** Has the answer go elsewhere. */
  redirect(args: CallArgs, actualBytes: number, actualHandles: number): void {
    this.args = args;
    this.actualBytes = actualBytes;
    this.actualHandles = actualHandles;
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
    const { aspace } = process;
    const isCounted =
      aspace.putU32(this.actualBytes, bytes.length) && aspace.putU32(this.actualHandles, handles.length);
    if (!isCounted) return Status.INVALID_ARGS;
    if (bytes.length > args.readByteCount || handles.length > args.readHandleCount)
      return Status.BUFFER_TOO_SMALL;
    const isCopied =
      aspace.copyOut(args.readBytes, bytes) &&
      (handles.length === 0 || aspace.copyOut(args.readHandles, handleRecords(process, handles, false)));
    return isCopied ? Status.OK : Status.INVALID_ARGS;
  }
}

export const channelCalls = {
  channel_create(call, options, out0, out1) {
    if (options !== 0) return Status.INVALID_ARGS;
    call.kernel.policy.require(call.thread, Policy.NEW_CHANNEL);
    const [one, other] = Channel.createPair(call.kernel);
    call.giveOut({ pointer: out0, object: one }, { pointer: out1, object: other });
    return Status.OK;
  },
  channel_read: reader(false),
  channel_read_etc: reader(true),
  channel_write(call, handle, options, bytes, byteCount, handles, handleCount) {
    let channel: Channel;
    let data: Uint8Array;
    try {
      channel = call.object(handle, Channel, Right.WRITE);
      if (options !== 0) throw new StatusError(Status.INVALID_ARGS);
      data = readMessage(call, { bytes, byteCount, handles, handleCount });
    } catch (error) {
      closeUntaken(call, handles, handleCount, error);
      throw error;
    }
    return channel.write(new Message(data, takeForTransfer(call, handles, handleCount, channel)));
  },
  channel_call_noretry(call, handle, options, deadline, argsPointer, actualBytes, actualHandles) {
    const args = readCallArgs(call, argsPointer);
    const { handles, handleCount } = args;
    let channel: Channel;
    let data: Uint8Array;
    try {
      channel = call.object(handle, Channel, Right.READ | Right.WRITE);
      if (options !== 0 || args.byteCount < TXID_BYTES) throw new StatusError(Status.INVALID_ARGS);
      call.requireWritable(actualBytes, COUNT_BYTES);
      call.requireWritable(actualHandles, COUNT_BYTES);
      data = readMessage(call, args);
    } catch (error) {
      closeUntaken(call, handles, handleCount, error);
      throw error;
    }
    const through = call.handle(handle);
    const message = new Message(data, takeForTransfer(call, handles, handleCount, channel));
    if (call.thread.interrupted !== undefined) {
      // The vDSO goes back to a call before it makes another: whoever does not is no program that can go on.
      call.kernel.ipc.discard(message.handles);
      call.process.kill();
      return Status.BAD_STATE;
    }
    const wait = new BufferedChannelCall(channel, through, args, actualBytes, actualHandles);
    const status = channel.startCall(wait, message);
    return status === Status.OK ? call.block(wait, deadline) : status;
  },
  /** Takes a call up again that returned INTERNAL_INTR_RETRY, as the vDSO's channel_call does. */
  channel_call_finish(call, deadline, argsPointer, actualBytes, actualHandles) {
    const { interrupted } = call.thread;
    if (!(interrupted instanceof BufferedChannelCall)) return Status.BAD_STATE;
    interrupted.redirect(readCallArgs(call, argsPointer), actualBytes, actualHandles);
    const outcome = interrupted.comeBack();
    return outcome === undefined ? call.block(interrupted, deadline) : interrupted.finish(outcome);
  },
} satisfies Partial<Handlers>;
