/** Calls that the host's files answer: what a call asks for, and what becomes of the answer. */
import type { Call } from './call.js';
import { LONGEST_NAME, MOST_BYTES, type FileAnswer, type FileRequest } from './files.js';
import type { Handles } from './handles.js';
import { Errno, Operation } from './operations.js';

/** An error of a call, and what X0 is then. */
export class CallError extends Error {
  override readonly name = 'CallError';
  constructor(
    readonly errno: number,
    readonly result = -1n,
  ) {
    super(`error ${errno}`);
  }
}

type Making = (call: Call, handles: Handles) => FileRequest;

/** Stands for the length of a name that nobody has counted, on QEMU. */
const UNCOUNTED = 2n ** 64n - 1n;

/** A name of so many bytes, behind which a zero stands. Throws CallError, GuestFault. */
function nameAt(call: Call, address: bigint, length: bigint): Uint8Array {
  if (length === UNCOUNTED) return call.text(address, LONGEST_NAME);
  if (length >= BigInt(LONGEST_NAME)) throw new CallError(Errno.ENAMETOOLONG);
  const bytes = call.read(address, Number(length) + 1);
  if (bytes[Number(length)] !== 0) throw new CallError(Errno.EINVAL);
  return bytes.subarray(0, bytes.indexOf(0));
}

const makers: Readonly<Record<number, Making>> = {
  [Operation.Open]: (call, handles) => {
    const name = nameAt(call, call.field(0), call.field(2));
    const handle = handles.next;
    if (handle === undefined) throw new CallError(Errno.EMFILE);
    return { core: call.core, what: 'open', handle, name, mode: Number(call.field(1)) };
  },
  [Operation.Close]: (call) => ({ core: call.core, what: 'close', handle: Number(call.field(0)) }),
  [Operation.Read]: (call) => {
    return {
      core: call.core,
      what: 'read',
      handle: Number(call.field(0)),
      length: call.length(2, MOST_BYTES),
    };
  },
  [Operation.Write]: (call) => {
    const bytes = call.read(call.field(1), call.length(2, MOST_BYTES));
    return { core: call.core, what: 'write', handle: Number(call.field(0)), bytes };
  },
  [Operation.Seek]: (call) => {
    const position = call.field(1);
    if (position > BigInt(Number.MAX_SAFE_INTEGER)) throw new CallError(Errno.EINVAL);
    return { core: call.core, what: 'seek', handle: Number(call.field(0)), position: Number(position) };
  },
  [Operation.Flen]: (call) => ({ core: call.core, what: 'length', handle: Number(call.field(0)) }),
  [Operation.Remove]: (call) => {
    return { core: call.core, what: 'remove', name: nameAt(call, call.field(0), call.field(1)) };
  },
  [Operation.Rename]: (call) => {
    const name = nameAt(call, call.field(0), call.field(1));
    return { core: call.core, what: 'rename', name, to: nameAt(call, call.field(2), call.field(3)) };
  },
};

/** What a call asks of files; undefined for one that does not. Throws CallError, GuestFault. */
export function requestOf(call: Call, handles: Handles): FileRequest | undefined {
  return makers[call.operation]?.(call, handles);
}

/** Does what an answer brings. What X0 is to be. Throws CallError, GuestFault. */
export function complete(
  call: Call,
  request: FileRequest,
  { error, value, bytes }: FileAnswer,
  handles: Handles,
): bigint {
  const { what } = request;
  // These say how many bytes were not moved, whatever happened.
  if (what === 'read' || what === 'write') {
    const asked = call.field(2);
    if (error !== 0) return asked;
    if (what === 'write') return asked - BigInt(Math.min(value, request.bytes.length));
    const read = bytes.subarray(0, request.length);
    call.write(call.field(1), read);
    return asked - BigInt(read.length);
  }
  if (what === 'close') handles.close(request.handle);
  if (error !== 0) throw new CallError(error);
  if (what === 'open') return BigInt(handles.open('file') ?? -1);
  return what === 'length' ? BigInt(value) : 0n;
}
