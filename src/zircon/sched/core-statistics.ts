/** What a core has done since the start: zx_info_cpu_stats_t. */
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';
export class CoreStatistics {
  /** Virtual ns without a thread, not counting the present time. */
  idle = 0;
  /** Virtual ns at which the core became idle; -1 while it has a thread. */
  idleSince: Signed = 0;
  /** Times that it chose what to do next. */
  reschedules = 0;
  contextSwitches = 0;
  /** Times that a thread which could have gone on lost the core. */
  preemptions = 0;
  /** Interrupts of devices. */
  interrupts = 0;
  timerInterrupts = 0;
  /** Timers that fired. */
  timers = 0;
  systemCalls = 0;
  rescheduleInterrupts = 0;

  audit(inspector: Inspector): void {
    inspector.ensure(this.idleSince >= -1, 'a core is idle since a time');
  }
}
