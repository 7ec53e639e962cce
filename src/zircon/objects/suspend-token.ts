/** What keeps a thread, or all threads of a process, suspended while it exists. docs/syscalls/task_suspend_token.md. */
import { ObjectType, Rights } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Dispatcher } from './dispatcher.js';
import type { Process } from './process.js';
import type { Thread } from './thread.js';
import type { Inspector } from '../state/inspector.js';

export class SuspendToken extends Dispatcher {
  readonly type = ObjectType.SUSPEND_TOKEN;
  readonly defaultRights = Rights.SUSPEND_TOKEN;

  constructor(
    kernel: Kernel,
    private readonly target: Thread | Process,
  ) {
    super(kernel);
    target.suspend();
  }

  override onZeroHandles(): void {
    this.target.resume();
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { target } = this;
    if (inspector.isThere(this) && (target.type === ObjectType.PROCESS || target.life !== 'dead')) {
      inspector.note('suspensions', target, 1);
    }
  }
}
