/** Events. Zircon's docs/objects/event.md. */
import { ObjectType, Rights, Signal } from '../abi/constants.js';
import { Dispatcher } from './dispatcher.js';

export class Event extends Dispatcher {
  readonly type = ObjectType.EVENT;
  readonly defaultRights = Rights.EVENT;

  override get userSignals(): number {
    return Signal.USER_SIGNAL_ALL | Signal.EVENT_SIGNALED;
  }
}
