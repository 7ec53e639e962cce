/** What keeps a thread, or all threads of a process, suspended while it exists. docs/syscalls/task_suspend_token.md. */
import { Rights } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Dispatcher, ObjectType } from './dispatcher.js';
import { Process } from './process.js';
import { Thread } from './thread.js';

export class SuspendToken extends Dispatcher {
  readonly type = ObjectType.SUSPEND_TOKEN;
  readonly defaultRights = Rights.SUSPEND_TOKEN;
  private readonly threads: Thread[];

  constructor(kernel: Kernel, target: Thread | Process) {
    super(kernel);
    this.threads = target instanceof Thread ? [target] : [...target.threads];
    for (const thread of this.threads) thread.suspend();
  }

  override onZeroHandles(): void {
    for (const thread of this.threads) thread.resume();
    this.destroyed();
  }
}
