/** What repeats without getting anywhere. */
import type { CoreState } from './core-state.js';
import type { SeenAccess, SeenException } from './watch.js';

/** The same so many times is no progress. */
const MANY = 1000;
/** Of the different exceptions of a core, those that may be going on. */
const LATEST = 4;

/** Classes that are no fault, but a way to ask for something: WFI and WFE, FP, SVC, HVC, SMC. ESR_EL1.EC. */
const requests = new Set([0x01, 0x07, 0x15, 0x16, 0x17]);

/** The exception that a core takes over and over again, without getting anywhere. */
export function endlessException({ exceptions }: Pick<CoreState, 'exceptions'>): SeenException | undefined {
  const most = exceptions
    .slice(-LATEST)
    .reduce<SeenException | undefined>(
      (best, each) => (best === undefined || each.count > best.count ? each : best),
      undefined,
    );
  const { syndrome } = most?.event ?? {};
  if (most === undefined || most.count < MANY || syndrome === undefined) return undefined;
  return requests.has(syndrome >>> 26) ? undefined : most;
}

/** A register that is read over and over again. */
export function endlessAccess(accesses: readonly SeenAccess[]): SeenAccess | undefined {
  const all = accesses.reduce((sum, { count }) => sum + count, 0);
  const [most] = accesses;
  return most !== undefined && most.count >= MANY && most.count > all * 0.9 ? most : undefined;
}

/** Whether the core is at a branch to itself, which only an interrupt ends. */
export function branchesToItself({ pc, instruction, activity }: CoreState): boolean {
  return activity === 'running' && instruction === `b 0x${pc.toString(16)}`;
}
