/** What each operation does. Arm, "Semihosting for AArch32 and AArch64" 2.0, section 5; where that leaves it open, QEMU 7.2. */
import type { Call } from './call.js';
import { MOST_BYTES } from './files.js';
import { GuestFault } from './guest.js';
import type { Handle } from './handles.js';
import { APPLICATION_EXIT, Errno, FEATURES, OPEN_MODES, Operation } from './operations.js';
import { CallError } from './requests.js';

/** What the calls act on. */
export interface CallContext {
  /** The error of the last call that failed. */
  readonly errno: number;
  /** For SYS_GET_CMDLINE. */
  readonly commandLine: Uint8Array;
  /** Virtual ns, and seconds since 1970 at their start. */
  readonly now: number;
  readonly epoch: number;
  /** The largest part of RAM that nothing was loaded into, from its first byte to behind its last. */
  readonly heap: { readonly base: number; readonly limit: number };
  /** Throws CallError if there are too many. */
  open(kind: Handle['kind']): bigint;
  close(handle: bigint): void;
  /** What is open by a number. Throws CallError for nothing. */
  handle(number: bigint): Handle;
  send(bytes: Uint8Array): void;
  /** Input, at most so many bytes; empty if there is none yet. */
  takeInput(most: number): Uint8Array;
  exit(status: number): void;
  log(message: string): void;
}

/** What X0 is to be; `input` and `file`: the call waits for that. */
export type Result = bigint | 'input' | 'file';

/** Where a call gives nothing back, QEMU 7.2 leaves this in X0. */
const NOTHING = 0xdead_beefn;
const TICKS = 1_000_000_000n;

const asText = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function open(context: CallContext, call: Call): Result {
  const [address, mode] = [call.field(0), call.field(1)];
  const name = asText(call.text(address, 32));
  if (mode >= BigInt(OPEN_MODES)) throw new CallError(Errno.EINVAL);
  if (name === ':tt') return context.open('console');
  if (name !== ':semihosting-features') return 'file';
  if (mode > 1n) throw new CallError(Errno.EACCES);
  return context.open('features');
}

function close(context: CallContext, call: Call): Result {
  const handle = call.field(0);
  if (context.handle(handle).kind === 'file') return 'file';
  context.close(handle);
  return 0n;
}

/** What a call's buffer holds, as far as one call goes; undefined if it is not there, which is no error: nothing is moved. */
function bufferOf(call: Call): Uint8Array | undefined {
  const [address, length] = [call.field(1), call.length(2, MOST_BYTES)];
  try {
    return call.read(address, length);
  } catch (error) {
    if (error instanceof GuestFault) return undefined;
    throw error;
  }
}

function write(context: CallContext, call: Call): Result {
  const [number, asked] = [call.field(0), call.field(2)];
  const kind = kindOf(context, number);
  const bytes = bufferOf(call);
  if (kind === undefined || kind === 'features' || bytes === undefined) return asked;
  if (kind === 'file') return 'file';
  context.send(bytes);
  return asked - BigInt(bytes.length);
}

function read(context: CallContext, call: Call): Result {
  const [number, address, asked] = [call.field(0), call.field(1), call.field(2)];
  const kind = kindOf(context, number);
  const buffer = bufferOf(call);
  // Before anything is taken that could not be put there.
  if (kind === undefined || buffer === undefined || asked === 0n) return asked;
  if (kind === 'file') return 'file';
  const { length } = buffer;
  const bytes = kind === 'console' ? context.takeInput(length) : readFeatures(context.handle(number), length);
  if (kind === 'console' && bytes.length === 0) return 'input';
  call.write(address, bytes);
  return asked - BigInt(bytes.length);
}

function readFeatures(handle: Handle, most: number): Uint8Array {
  const bytes = FEATURES.subarray(handle.offset, handle.offset + most);
  handle.offset += bytes.length;
  return bytes;
}

/** Undefined for what is not open. */
function kindOf(context: CallContext, number: bigint): Handle['kind'] | undefined {
  try {
    return context.handle(number).kind;
  } catch (error) {
    if (error instanceof CallError) return undefined;
    throw error;
  }
}

function seek(context: CallContext, call: Call): Result {
  const handle = context.handle(call.field(0));
  const position = call.field(1);
  if (handle.kind === 'file') return 'file';
  if (handle.kind === 'console') throw new CallError(Errno.ESPIPE);
  if (position > BigInt(FEATURES.length)) throw new CallError(Errno.EINVAL);
  handle.offset = Number(position);
  return 0n;
}

function isTty(context: CallContext, call: Call): Result {
  if (context.handle(call.field(0)).kind === 'console') return 1n;
  throw new CallError(Errno.ENOTTY, 0n);
}

function length(context: CallContext, call: Call): Result {
  const { kind } = context.handle(call.field(0));
  if (kind === 'file') return 'file';
  return kind === 'features' ? BigInt(FEATURES.length) : 0n;
}

function temporaryName(_: CallContext, call: Call): Result {
  const [address, number] = [call.field(0), Number(call.field(1) & 0xffn)];
  const name = `firstlight-${number.toString(16).padStart(2, '0')}\0`;
  if (call.field(2) < BigInt(name.length)) return -1n;
  call.write(
    address,
    Uint8Array.from(name, (character) => character.charCodeAt(0)),
  );
  return 0n;
}

function commandLine(context: CallContext, call: Call): Result {
  const [address, size] = [call.field(0), call.field(1)];
  const line = context.commandLine;
  if (BigInt(line.length) + 1n > size) throw new CallError(Errno.E2BIG);
  call.setField(1, BigInt(line.length));
  call.write(address, Uint8Array.of(...line, 0));
  return 0n;
}

function heapInformation({ heap: { base, limit } }: CallContext, call: Call): Result {
  const block = call.field(0);
  // Heap from the bottom, stack from the top.
  for (const [i, value] of [base, limit, limit, base].entries())
    call.guest.writeNumber(call.core, block + BigInt(8 * i), BigInt(value));
  return 0n;
}

function exit(context: CallContext, call: Call): Result {
  const [reason, status] = [call.field(0), call.field(1)];
  context.exit(reason === APPLICATION_EXIT ? Number(status & 0xffn) : 1);
  return 0n;
}

function elapsed({ now }: CallContext, call: Call): Result {
  call.setField(0, BigInt(now));
  return 0n;
}

/** A guest's commands are nothing for a host. */
function system(context: CallContext, call: Call): Result {
  call.field(0);
  context.log('semihosting: the guest asks the host to execute a command, which it may not (SYS_SYSTEM)');
  throw new CallError(Errno.EPERM);
}

const calls: Readonly<Record<number, (context: CallContext, call: Call) => Result>> = {
  [Operation.Open]: open,
  [Operation.Close]: close,
  [Operation.WriteC]: (context, call) => {
    context.send(call.read(call.parameter, 1));
    return NOTHING;
  },
  [Operation.Write0]: (context, call) => {
    context.send(call.text(call.parameter, MOST_BYTES));
    return NOTHING;
  },
  [Operation.Write]: write,
  [Operation.Read]: read,
  [Operation.ReadC]: (context) => {
    const [byte] = context.takeInput(1);
    return byte === undefined ? 'input' : BigInt(byte);
  },
  [Operation.IsError]: (_, call) => (BigInt.asIntN(64, call.field(0)) < 0n ? 1n : 0n),
  [Operation.IsTty]: isTty,
  [Operation.Seek]: seek,
  [Operation.Flen]: length,
  [Operation.TmpNam]: temporaryName,
  [Operation.Remove]: () => 'file',
  [Operation.Rename]: () => 'file',
  [Operation.Clock]: ({ now }) => BigInt(Math.floor(now / 1e7)),
  [Operation.Time]: ({ epoch, now }) => BigInt(epoch + Math.floor(now / 1e9)),
  [Operation.System]: system,
  [Operation.Errno]: ({ errno }) => BigInt(errno),
  [Operation.GetCommandLine]: commandLine,
  [Operation.HeapInfo]: heapInformation,
  [Operation.Exit]: exit,
  [Operation.ExitExtended]: exit,
  // Caches are as if they were always clean.
  [Operation.SyncCache]: () => 0n,
  [Operation.Elapsed]: elapsed,
  [Operation.TickFreq]: () => TICKS,
};

/** Does a call. Throws CallError, GuestFault. */
export function perform(context: CallContext, call: Call): Result {
  const { operation } = call;
  if (Object.hasOwn(calls, operation)) return calls[operation](context, call);
  context.log(`semihosting: operation 0x${operation.toString(16)} is not known`);
  throw new CallError(Errno.ENOSYS);
}
