/** Handles: docs/syscalls/handle_*.md. */
import { Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import type { Handle } from '../objects/handle.js';
import type { Handlers } from './entry/handlers.js';
import { closeHandles } from './handle-array.js';

/** The rights that a copy of a handle gets. Throws INVALID_ARGS where they are more than the handle's. */
function rightsOfCopy(handle: Handle, wanted: number): number {
  if (wanted === Right.SAME_RIGHTS) return handle.rights;
  if ((wanted & ~handle.rights) !== 0) throw new StatusError(Status.INVALID_ARGS);
  return wanted;
}

export const handleCalls = {
  handle_close(call, value) {
    if (value === 0) return Status.OK;
    call.handle(value);
    call.closeValue(value);
    return Status.OK;
  },
  handle_close_many(call, handles, count) {
    const status = closeHandles(call, handles, count);
    if (status === Status.BAD_HANDLE) call.kernel.policy.badHandle(call.thread);
    return status;
  },
  handle_duplicate(call, value, wanted, out) {
    const handle = call.handle(value);
    if ((handle.rights & Right.DUPLICATE) === 0) return Status.ACCESS_DENIED;
    const rights = rightsOfCopy(handle, wanted);
    call.giveOut({ pointer: out, object: handle.object, rights });
    return Status.OK;
  },
  /** The old handle goes also when there is no new one. */
  handle_replace(call, value, wanted, out) {
    const handle = call.handle(value);
    call.process.handles.remove(value);
    try {
      const rights = rightsOfCopy(handle, wanted);
      call.giveOut({ pointer: out, object: handle.object, rights });
      return Status.OK;
    } finally {
      call.kernel.handles.close(handle);
    }
  },
} satisfies Partial<Handlers>;
