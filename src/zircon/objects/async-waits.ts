/**
 * What zx_object_wait_async has begun at a port and is not over: it watches, or its packet is queued. By handle and key,
 * as zx_port_cancel names it; those with the same are chained.
 */
import type { Handle } from './handle.js';
import type { PortObserver } from './port-observer.js';
import type { Inspector } from '../state/inspector.js';

export class AsyncWaits {
  /** The newest of each chain. */
  private readonly newest = new Map<Handle, Map<bigint, PortObserver>>();

  add(wait: PortObserver): void {
    const { handle, key } = wait;
    let keys = this.newest.get(handle);
    if (keys === undefined) {
      keys = new Map();
      this.newest.set(handle, keys);
    }
    wait.older = keys.get(key);
    if (wait.older !== undefined) wait.older.newer = wait;
    keys.set(key, wait);
  }

  /** Takes one out that is over. */
  settle(wait: PortObserver): void {
    if (wait.isWatching || wait.packet.isQueued) return;
    const { handle, key, older, newer } = wait;
    if (older !== undefined) older.newer = newer;
    if (newer !== undefined) newer.older = older;
    else this.setNewest(handle, key, older);
    wait.older = undefined;
    wait.newer = undefined;
  }
  private setNewest(handle: Handle, key: bigint, wait: PortObserver | undefined): void {
    const keys = this.newest.get(handle);
    if (wait !== undefined) keys?.set(key, wait);
    else keys?.delete(key);
    if (keys?.size === 0) this.newest.delete(handle);
  }

  /** Those of a handle and a key, newest first. */
  of(handle: Handle, key: bigint): PortObserver[] {
    return chain(this.newest.get(handle)?.get(key));
  }
  get all(): PortObserver[] {
    return [...this.newest.values()].flatMap((keys) => [...keys.values()].flatMap(chain));
  }

  audit(inspector: Inspector): void {
    for (const [handle, keys] of this.newest) {
      inspector.ensure(keys.size > 0, 'handles with waits have some');
      for (const [key, newest] of keys) {
        inspector.ensure(newest.newer === undefined, 'nothing is newer than the newest');
        for (let wait: PortObserver | undefined = newest; wait !== undefined; wait = wait.older) {
          inspector.once('wait of a port', wait);
          inspector.ensure(wait.handle === handle && wait.key === key, 'waits are found by handle and key');
          inspector.ensure(
            wait.older === undefined || wait.older.newer === wait,
            'waits of a key are chained',
          );
          inspector.ensure(wait.isWatching || wait.packet.isQueued, 'waits of a port are not over');
        }
      }
    }
  }
}

function chain(newest: PortObserver | undefined): PortObserver[] {
  const all: PortObserver[] = [];
  for (let wait = newest; wait !== undefined; wait = wait.older) all.push(wait);
  return all;
}
