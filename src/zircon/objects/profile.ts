/** Scheduling profiles: docs/syscalls/profile_create.md, <zircon/syscalls/profile.h>. */
import { ObjectType, Rights } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { PRIORITIES } from '../sched/scheduler.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export class Profile extends Dispatcher {
  readonly type = ObjectType.PROFILE;
  readonly defaultRights = Rights.PROFILE;

  /** `priority`: 0 to 31. */
  constructor(
    kernel: Kernel,
    readonly priority: number,
  ) {
    super(kernel);
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    inspector.index(this.priority, PRIORITIES, 'the priority');
  }
}
