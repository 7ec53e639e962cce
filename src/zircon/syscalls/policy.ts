/** Job policies: docs/syscalls/job_set_policy.md. */
import { JobPolicyOption, Policy, PolicyAction, Right, Status } from '../abi/constants.js';
import { structs } from '../abi/structs.js';
import { Job } from '../objects/job.js';
import type { Handlers } from './entry/handlers.js';

/** Conditions are below this. */
const POLICY_MAX = Object.keys(Policy).length;

const actions: readonly number[] = [
  PolicyAction.ALLOW,
  PolicyAction.DENY,
  PolicyAction.ALLOW | PolicyAction.EXCEPTION,
  PolicyAction.DENY | PolicyAction.EXCEPTION,
  PolicyAction.KILL,
];

export const policyCalls = {
  job_set_policy(call, handle, options, topic, policies, count) {
    if (options > JobPolicyOption.ABSOLUTE || topic !== JobPolicyOption.BASIC || count === 0)
      return Status.INVALID_ARGS;
    if (count > POLICY_MAX) return Status.OUT_OF_RANGE;
    const { size, offsets } = structs.zx_policy_basic;
    const view = new DataView(call.readBytes(policies, count * size).buffer);
    const job = call.object(handle, Job, Right.SET_POLICY);
    const wanted: [number, number][] = [];
    for (let at = 0; at < view.byteLength; at += size) {
      const condition = view.getUint32(at + offsets.condition, true);
      const action = view.getUint32(at + offsets.policy, true);
      if (condition >= POLICY_MAX) return Status.INVALID_ARGS;
      if (!actions.includes(action)) return Status.NOT_SUPPORTED;
      wanted.push([condition, action]);
    }
    return job.setPolicy(
      call.kernel.policy.combine(job.policy, wanted, options === JobPolicyOption.ABSOLUTE),
    );
  },
} satisfies Partial<Handlers>;
