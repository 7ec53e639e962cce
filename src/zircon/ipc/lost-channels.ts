/**
 * Channels that hold each other: a channel's handle in a message that can be read only through a channel whose
 * handle is itself in such a message. No process can reach them any more, so nobody would ever close them.
 */
import type { Kernel } from '../kernel.js';
import { Channel } from '../objects/channel.js';
import type { Handle } from '../objects/handle.js';
import { Process } from '../objects/process.js';

/** Channels among the objects of handles. */
function* channelsOf(handles: Iterable<Handle>): Iterable<Channel> {
  for (const { object } of handles) if (object instanceof Channel) yield object;
}

/** Channels that a process has a handle to, or gets one by reading what it can reach. */
function reachableChannels(kernel: Kernel): ReadonlySet<Channel> {
  const found = new Set<Channel>();
  for (const object of kernel.objects.values()) {
    if (!(object instanceof Process)) continue;
    for (const channel of channelsOf(object.handles.list())) found.add(channel);
  }
  // A set goes on with what is added while it is gone through.
  for (const channel of found) {
    for (const { handles } of channel.queue) for (const next of channelsOf(handles)) found.add(next);
  }
  return found;
}

/** Drops the messages of channels that no process can reach. No system call may hold handles of its own now. */
export function closeLostChannels(kernel: Kernel): void {
  if (kernel.ipc.handlesInTransit === 0) return;
  const reachable = reachableChannels(kernel);
  for (const object of [...kernel.objects.values()]) {
    if (object instanceof Channel && !reachable.has(object)) object.dropMessages();
  }
}
