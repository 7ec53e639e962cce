/** Signals set by user code: docs/syscalls/object_signal.md, object_signal_peer.md. */
import { Right, Status } from '../abi/constants.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Peered } from '../objects/peered.js';
import type { Handlers } from './entry/handlers.js';

/** Whether an object allows its signals of both masks to be changed. */
function allows(object: Dispatcher, clear: number, set: number): boolean {
  return ((clear | set) & ~object.userSignals) === 0;
}

export const signalCalls = {
  object_signal(call, handle, clear, set) {
    const { object } = call.handleWith(handle, Right.SIGNAL);
    if (!allows(object, clear, set)) return Status.INVALID_ARGS;
    object.updateSignals(clear, set);
    return Status.OK;
  },
  object_signal_peer(call, handle, clear, set) {
    const { object } = call.handleWith(handle, Right.SIGNAL_PEER);
    if (!(object instanceof Peered)) return Status.NOT_SUPPORTED;
    if (!allows(object, clear, set)) return Status.INVALID_ARGS;
    const peer = object.peer as Dispatcher | undefined;
    if (peer === undefined) return Status.PEER_CLOSED;
    peer.updateSignals(clear, set);
    return Status.OK;
  },
} satisfies Partial<Handlers>;
