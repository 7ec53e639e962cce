/** Signals set by user code: docs/syscalls/object_signal.md, object_signal_peer.md. */
import { Right, Status } from '../abi/constants.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Peered } from '../objects/peered.js';
import type { Call, Handler, Result } from './call.js';

/** Whether an object allows its signals of both masks to be changed. */
function allows(object: Dispatcher, clear: number, set: number): boolean {
  return ((clear | set) & ~object.userSignals) === 0;
}

function objectSignal(call: Call): Result {
  const { object } = call.handleWith(call.u32(0), Right.SIGNAL);
  const [clear, set] = [call.u32(1), call.u32(2)];
  if (!allows(object, clear, set)) return Status.INVALID_ARGS;
  object.updateSignals(clear, set);
  return Status.OK;
}

function objectSignalPeer(call: Call): Result {
  const { object } = call.handleWith(call.u32(0), Right.SIGNAL_PEER);
  const [clear, set] = [call.u32(1), call.u32(2)];
  if (!(object instanceof Peered)) return Status.NOT_SUPPORTED;
  if (!allows(object, clear, set)) return Status.INVALID_ARGS;
  const peer: Dispatcher | undefined = object.peer;
  if (peer === undefined) return Status.PEER_CLOSED;
  peer.updateSignals(clear, set);
  return Status.OK;
}

export const signalCalls: Readonly<Record<string, Handler>> = {
  object_signal: objectSignal,
  object_signal_peer: objectSignalPeer,
};
