/** What works on objects of many types: docs/syscalls/object_get_child.md, object_get_cookie.md, object_set_cookie.md. */
import { Right, Status } from '../abi/constants.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Event } from '../objects/event.js';
import { EventPair } from '../objects/eventpair.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { Resource } from '../objects/resource.js';
import { VmoDispatcher } from '../objects/vmo.js';
import type { Handlers } from './entry/handlers.js';
import { objectGetInfo } from './object-info/object-get-info.js';

/** Children that zx_object_get_child finds, or undefined for an object that can have none. */
function childrenOf(object: Dispatcher): Dispatcher[] | undefined {
  if (object instanceof Job) return [...object.jobs, ...object.processes];
  if (object instanceof Process) return [...object.threads].filter(({ life }) => life === 'alive');
  return object instanceof Resource ? [...object.children] : undefined;
}

const canHaveCookie = (object: Dispatcher): boolean =>
  object instanceof Event ||
  object instanceof EventPair ||
  object instanceof Resource ||
  object instanceof VmoDispatcher;

/** The end of an event pair whose other end is gone has lost its cookie for good. */
const hasLostCookie = (object: Dispatcher): boolean =>
  object instanceof EventPair && object.peer === undefined;

export const objectCalls = {
  object_get_info: objectGetInfo,
  object_get_child(call, value, koid, wanted, out) {
    const handle = call.handle(value);
    if ((handle.rights & Right.ENUMERATE) === 0) return Status.ACCESS_DENIED;
    const rights = wanted === Right.SAME_RIGHTS ? handle.rights : wanted;
    if ((rights & ~handle.rights) !== 0) return Status.ACCESS_DENIED;
    const children = childrenOf(handle.object);
    if (children === undefined) throw call.wrongType();
    const object = children.find((child) => BigInt(child.koid) === koid);
    if (object === undefined) return Status.NOT_FOUND;
    call.giveOut({ pointer: out, object, rights });
    return Status.OK;
  },
  object_set_cookie(call, handle, scopeHandle, value) {
    const { object } = call.handle(handle);
    const scope = call.handle(scopeHandle).object.koid;
    if (!canHaveCookie(object)) return Status.NOT_SUPPORTED;
    if (hasLostCookie(object)) return Status.ACCESS_DENIED;
    if (object.cookie !== undefined && object.cookie.scope !== scope) return Status.ACCESS_DENIED;
    object.cookie = { scope, value };
    return Status.OK;
  },
  object_get_cookie(call, handle, scopeHandle, out) {
    const { object } = call.handle(handle);
    const scope = call.handle(scopeHandle).object.koid;
    if (!canHaveCookie(object)) return Status.NOT_SUPPORTED;
    if (hasLostCookie(object) || object.cookie?.scope !== scope) return Status.ACCESS_DENIED;
    call.writeU64(out, object.cookie.value);
    return Status.OK;
  },
} satisfies Partial<Handlers>;
