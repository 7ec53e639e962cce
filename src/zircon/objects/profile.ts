/** Scheduling profiles: docs/syscalls/profile_create.md, <zircon/syscalls/profile.h>. */
import { ObjectType, Rights } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Dispatcher } from './dispatcher.js';

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
}
