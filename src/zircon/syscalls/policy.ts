/** Job policies: docs/syscalls/job_set_policy.md. */
import { Right, Status } from '../abi/constants.js';
import { POLICY_MAX, PolicyAction } from '../abi/policy.js';
import { structs } from '../abi/structs.js';
import { Job } from '../objects/job.js';
import type { Call, Handler, Result } from './call.js';

/** ZX_JOB_POL_RELATIVE, ZX_JOB_POL_ABSOLUTE; ZX_JOB_POL_BASIC. */
const ABSOLUTE = 1;
const BASIC = 0;

const actions: readonly number[] = [
  PolicyAction.ALLOW,
  PolicyAction.DENY,
  PolicyAction.ALLOW | PolicyAction.EXCEPTION,
  PolicyAction.DENY | PolicyAction.EXCEPTION,
  PolicyAction.KILL,
];

function jobSetPolicy(call: Call): Result {
  const options = call.u32(1);
  const count = call.u32(4);
  if (options > ABSOLUTE || call.u32(2) !== BASIC || count === 0) return Status.INVALID_ARGS;
  if (count > POLICY_MAX) return Status.OUT_OF_RANGE;
  const { size, offsets } = structs.zx_policy_basic;
  const view = new DataView(call.readBytes(call.pointer(3), count * size).buffer);
  const job = call.object(call.u32(0), Job, Right.SET_POLICY);
  const wanted: [number, number][] = [];
  for (let at = 0; at < view.byteLength; at += size) {
    const condition = view.getUint32(at + offsets.condition, true);
    const action = view.getUint32(at + offsets.policy, true);
    if (condition >= POLICY_MAX) return Status.OUT_OF_RANGE;
    if (!actions.includes(action)) return Status.NOT_SUPPORTED;
    wanted.push([condition, action]);
  }
  return job.setPolicy(call.kernel.policy.combine(job.policy, wanted, options === ABSOLUTE));
}

export const policyCalls: Readonly<Record<string, Handler>> = { job_set_policy: jobSetPolicy };
