/** Scheduling profiles: docs/syscalls/profile_create.md, object_set_profile.md. */
import { Right, Status } from '../abi/constants.js';
import { structs } from '../abi/structs.js';
import { Job } from '../objects/job.js';
import { Profile } from '../objects/profile.js';
import { Thread } from '../objects/thread.js';
import type { Call, Handler, Result } from './call.js';

/** ZX_PROFILE_INFO_SCHEDULER; the union behind the type. */
const INFO_SCHEDULER = 1;
const UNION = 4;
/** ZX_PRIORITY_LOWEST, ZX_PRIORITY_HIGHEST. */
const LOWEST = 0;
const HIGHEST = 31;

/**
 * Only the root job gives the right to decide who runs before whom: the kernel's, or that which user space has for its
 * own, the kernel's child.
 */
function profileCreate(call: Call): Result {
  const job = call.object(call.u32(0), Job, Right.MANAGE_PROCESS);
  const { rootJob } = call.kernel;
  if (job !== rootJob && job.parent !== rootJob) return Status.ACCESS_DENIED;
  const { size } = structs.zx_profile_info;
  const info = new DataView(call.readBytes(call.pointer(1), size).buffer);
  if (info.getUint32(0, true) !== INFO_SCHEDULER) return Status.NOT_SUPPORTED;
  const { offsets } = structs.zx_profile_scheduler;
  const word = (offset: number): number => info.getInt32(UNION + offset, true);
  const priority = word(offsets.priority);
  if (priority < LOWEST || priority > HIGHEST) return Status.INVALID_ARGS;
  if (word(offsets.boost) !== 0 || word(offsets.deboost) !== 0 || word(offsets.quantum) !== 0) {
    return Status.NOT_SUPPORTED;
  }
  call.giveOut({ pointer: call.pointer(2), object: new Profile(call.kernel, priority) });
  return Status.OK;
}

function objectSetProfile(call: Call): Result {
  const thread = call.object(call.u32(0), Thread, Right.MANAGE_THREAD);
  const profile = call.object(call.u32(1), Profile, Right.APPLY_PROFILE);
  if (call.u32(2) !== 0) return Status.INVALID_ARGS;
  if (thread.life === 'dead') return Status.BAD_STATE;
  call.kernel.scheduler.setPriority(thread, profile.priority);
  return Status.OK;
}

export const profileCalls: Readonly<Record<string, Handler>> = {
  profile_create: profileCreate,
  object_set_profile: objectSetProfile,
};
