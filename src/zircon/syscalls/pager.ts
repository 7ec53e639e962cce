/** Pagers: docs/syscalls/pager_create.md, pager_create_vmo.md. */
import { Policy, Right, Status } from '../abi/constants.js';
import { Pager, PageSource } from '../objects/pager.js';
import { Port } from '../objects/port.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { VMO_SIZE_MAX } from '../vm/layout.js';
import type { Handlers } from './entry/handlers.js';
import { roundedSize } from './vmo.js';

export const pagerCalls = {
  pager_create(call, options, out) {
    if (options !== 0) return Status.INVALID_ARGS;
    call.giveOut({ pointer: out, object: new Pager(call.kernel) });
    return Status.OK;
  },
  pager_create_vmo(call, pagerHandle, portHandle, key, wanted, options, out) {
    if (options !== 0) return Status.INVALID_ARGS;
    const pager = call.object(pagerHandle, Pager);
    const port = call.object(portHandle, Port, Right.WRITE);
    const size = roundedSize(wanted);
    if (size > VMO_SIZE_MAX) return Status.OUT_OF_RANGE;
    call.kernel.policy.require(call.thread, Policy.NEW_VMO);
    const { vm } = call.kernel;
    if (!vm.hasRoomForVmos) return Status.NO_MEMORY;
    call.requireOut(out);
    const vmo = vm.createPagedBy(new PageSource(pager, port, key), size);
    call.giveOut({ pointer: out, object: new VmoDispatcher(call.kernel, vmo) });
    return Status.OK;
  },
} satisfies Partial<Handlers>;
