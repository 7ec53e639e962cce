/** What is kept from run to run, and how long it is kept without use. */

/** Runs that leave something and have no use for it, after which it is forgotten. */
export const IDLE_MOST = 4;

/** How many have had no use for it since one had. `atEnd`: what was of no use up to now has been of no use. */
export const idleAfter = (isUsed: boolean, before: number, atEnd: boolean): number =>
  isUsed ? 0 : before + (atEnd ? 1 : 0);
