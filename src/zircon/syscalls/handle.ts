/** Handles: docs/syscalls/handle_*.md. */
import { Right, Status } from '../abi/constants.js';
import type { Handle } from '../objects/handle.js';
import { CallError, type Call, type Handler, type Result } from './call.js';
import { closeHandles } from './handle-array.js';

function handleClose(call: Call): Result {
  const value = call.u32(0);
  if (value === 0) return Status.OK;
  call.handle(value);
  call.closeValue(value);
  return Status.OK;
}

function handleCloseMany(call: Call): Result {
  const status = closeHandles(call, call.pointer(0), call.size(1));
  if (status === Status.BAD_HANDLE) call.kernel.policy.badHandle(call.thread);
  return status;
}

/** The rights that a copy of a handle gets. Throws INVALID_ARGS where they are more than the handle's. */
function rightsOfCopy(handle: Handle, wanted: number): number {
  if (wanted === Right.SAME_RIGHTS) return handle.rights;
  if ((wanted & ~handle.rights) !== 0) throw new CallError(Status.INVALID_ARGS);
  return wanted;
}

function handleDuplicate(call: Call): Result {
  const handle = call.handle(call.u32(0));
  if ((handle.rights & Right.DUPLICATE) === 0) return Status.ACCESS_DENIED;
  const rights = rightsOfCopy(handle, call.u32(1));
  call.giveOut({ pointer: call.pointer(2), object: handle.object, rights });
  return Status.OK;
}

/** The old handle goes also when there is no new one. */
function handleReplace(call: Call): Result {
  const handle = call.handle(call.u32(0));
  call.process.handles.remove(call.u32(0));
  try {
    const rights = rightsOfCopy(handle, call.u32(1));
    call.giveOut({ pointer: call.pointer(2), object: handle.object, rights });
    return Status.OK;
  } finally {
    call.kernel.handles.close(handle);
  }
}

export const handleCalls: Readonly<Record<string, Handler>> = {
  handle_close: handleClose,
  handle_close_many: handleCloseMany,
  handle_duplicate: handleDuplicate,
  handle_replace: handleReplace,
};
