/** Which time a guest on this terminal gets, and what the clock of the day shows it at the start. */
import type { RunOptions } from './options.js';
import { RawTerminal } from './raw-terminal.js';

/** Whether a person types. Nobody watches a run that ends by itself. */
export function isInteractive({ until, failOn, instructions }: RunOptions): boolean {
  return RawTerminal.present && until === undefined && failOn === undefined && instructions === undefined;
}

/** Whether time is the host's, as it is for others on a network; else it is counted in instructions. */
export function isOnHostClock(options: RunOptions): boolean {
  const { clock, netdev, nic } = options;
  const isAmongOthers = (netdev ?? nic) !== undefined;
  return clock === undefined ? isInteractive(options) || isAmongOthers : clock === 'host';
}

/** Seconds since 1970. */
export function epochOf(options: RunOptions): number {
  const { rtc = isOnHostClock(options) ? 'utc' : 'virtual' } = options;
  if (rtc === 'utc') return Math.floor(Date.now() / 1000);
  return rtc === 'virtual' ? 0 : rtc;
}
