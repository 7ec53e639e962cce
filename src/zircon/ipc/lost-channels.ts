/**
 * Channels that hold each other: a channel's handle in a message that can be read only through a channel whose
 * handle is itself in such a message. No process can reach them any more, so nobody would ever close them.
 */
import type { Kernel } from '../kernel.js';
import { Channel, ChannelCall } from '../objects/channel.js';
import type { Handle } from '../objects/handle.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';

/** Channels among the objects of handles. */
function* channelsOf(handles: Iterable<Handle>): Iterable<Channel> {
  for (const { object } of handles) if (object instanceof Channel) yield object;
}

/** Channels that a process has a handle to, or gets one by reading what it can reach, or by a call's answer. */
function reachableChannels(kernel: Kernel): ReadonlySet<Channel> {
  const found = new Set<Channel>();
  const add = (handles: Iterable<Handle>): void => {
    for (const channel of channelsOf(handles)) found.add(channel);
  };
  for (const object of kernel.objects.values()) {
    if (object instanceof Process) add(object.handles.list());
    else if (object instanceof Thread && object.interrupted instanceof ChannelCall)
      add(object.interrupted.keptHandles);
  }
  // A set goes on with what is added while it is gone through.
  for (const channel of found) {
    for (const { handles } of channel.queue) add(handles);
  }
  return found;
}

/** Handles that are gone through for each one that was sent. */
const WORK_PER_HANDLE = 16;

/**
 * Drops the messages of channels that no process can reach. No system call may hold handles of its own now. It takes a
 * look at all handles and objects, so it is worth it only when enough were sent since the last time: who sends few pays
 * for few, and few are all that can be lost meanwhile.
 */
export function closeLostChannels(kernel: Kernel): void {
  const { ipc, handles, objects } = kernel;
  if (ipc.handlesInTransit === 0) return;
  if (ipc.handlesSent * WORK_PER_HANDLE < handles.count + objects.size) return;
  ipc.handlesSent = 0;
  const reachable = reachableChannels(kernel);
  for (const object of [...objects.values()]) {
    if (object instanceof Channel && !reachable.has(object)) object.dropMessages();
  }
}
