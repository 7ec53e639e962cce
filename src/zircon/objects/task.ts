/** Tasks, which are jobs, processes and threads: named, with signals for user code and exception ports. */
import { Signal } from '../abi/constants.js';
import { Dispatcher } from './dispatcher.js';

export abstract class Task extends Dispatcher {
  private ownName = '';

  override get name(): string {
    return this.ownName;
  }
  override set name(name: string) {
    this.ownName = name;
  }
  override get userSignals(): number {
    return Signal.USER_SIGNAL_ALL;
  }

  protected override destroyed(): void {
    super.destroyed();
    this.kernel.exceptions.taskGone(this);
  }
}
