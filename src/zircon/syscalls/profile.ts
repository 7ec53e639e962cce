/** Scheduling profiles: docs/syscalls/profile_create.md, object_set_profile.md. */
import { Priority, ProfileInfo, Right, Status } from '../abi/constants.js';
import { structs } from '../abi/structs.js';
import { Job } from '../objects/job.js';
import { Profile } from '../objects/profile.js';
import { Thread } from '../objects/thread.js';
import type { Handlers } from './entry/handlers.js';

/** Where the union behind the type of zx_profile_info_t begins. */
const UNION = 4;

export const profileCalls = {
  /**
   * Only the root job gives the right to decide who runs before whom: the kernel's, or that which user space has for its
   * own, the kernel's child.
   */
  profile_create(call, handle, infoPointer, out) {
    const job = call.object(handle, Job, Right.MANAGE_PROCESS);
    const { rootJob } = call.kernel;
    if (job !== rootJob && job.parent !== rootJob) return Status.ACCESS_DENIED;
    const info = call.readStructs(infoPointer, 'zx_profile_info');
    if (info.getUint32(0, true) !== ProfileInfo.SCHEDULER) return Status.NOT_SUPPORTED;
    const { offsets } = structs.zx_profile_scheduler;
    const word = (offset: number): number => info.getInt32(UNION + offset, true);
    const priority = word(offsets.priority);
    if (priority < Priority.LOWEST || priority > Priority.HIGHEST) return Status.INVALID_ARGS;
    if (word(offsets.boost) !== 0 || word(offsets.deboost) !== 0 || word(offsets.quantum) !== 0) {
      return Status.NOT_SUPPORTED;
    }
    call.giveOut({ pointer: out, object: new Profile(call.kernel, priority) });
    return Status.OK;
  },
  object_set_profile(call, handle, profileHandle, options) {
    const thread = call.object(handle, Thread, Right.MANAGE_THREAD);
    const profile = call.object(profileHandle, Profile, Right.APPLY_PROFILE);
    if (options !== 0) return Status.INVALID_ARGS;
    if (thread.life === 'dead') return Status.BAD_STATE;
    call.kernel.scheduler.setPriority(thread, profile.priority);
    return Status.OK;
  },
} satisfies Partial<Handlers>;
