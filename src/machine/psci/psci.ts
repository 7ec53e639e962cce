/**
 * Power State Coordination Interface 1.1, Arm DEN 0022, as QEMU's built-in firmware answers it.
 *
 * Pure logic: what a call does to the cores goes through PsciHost.
 */

import type { Level } from '../../engine/index.js';

/** The instruction that calls it. */
export type Conduit = 'hvc' | 'smc';

/**
 * How software that starts at a level calls the power firmware, which is at EL2 for HVC and at EL3 for SMC: not at all
 * where it starts there itself.
 */
export function psciAbove(conduit: Conduit | undefined, level: Level): Conduit | undefined {
  return level < (conduit === 'smc' ? 3 : 2) ? conduit : undefined;
}

/** What a call's function identifier (X0) selects, DEN 0022 section 5.1; bit 30 marks the 64-bit variant. */
const FUNCTION = {
  PSCI_VERSION: 0x8400_0000n,
  CPU_SUSPEND: 0x8400_0001n,
  CPU_OFF: 0x8400_0002n,
  CPU_ON: 0x8400_0003n,
  AFFINITY_INFO: 0x8400_0004n,
  MIGRATE_INFO_TYPE: 0x8400_0006n,
  SYSTEM_OFF: 0x8400_0008n,
  SYSTEM_RESET: 0x8400_0009n,
  PSCI_FEATURES: 0x8400_000an,
} as const;

const SMC64 = 0x4000_0000n;

/** PSCI 0.1 left the identifiers to the platform; these are QEMU's, and older kernels find them in its devicetree. */
const FUNCTION_0_1 = {
  CPU_SUSPEND: 0x95c1_ba5en,
  CPU_OFF: 0x95c1_ba5fn,
  CPU_ON: 0x95c1_ba60n,
} as const;

/** The name of a call by its function identifier, of either width; undefined if it is not PSCI's. */
export function psciFunctionName(identifier: bigint): string | undefined {
  const known = [...Object.entries(FUNCTION), ...Object.entries(FUNCTION_0_1)];
  return known.find(([, id]) => id === identifier || (id | SMC64) === identifier)?.[0];
}

export const PSCI_VERSION_1_1 = 0x0001_0001;

/** Return codes, DEN 0022 section 5.2.2. */
export const PsciResult = {
  SUCCESS: 0,
  NOT_SUPPORTED: -1,
  INVALID_PARAMETERS: -2,
  ALREADY_ON: -4,
  ON_PENDING: -5,
} as const;

/** AFFINITY_INFO's answers. */
export type PowerState = 'on' | 'off' | 'on-pending';
const AFFINITY: { [state in PowerState]: number } = { on: 0, off: 1, 'on-pending': 2 };

/** MIGRATE_INFO_TYPE: there is no Trusted OS to migrate. */
const NO_TRUSTED_OS = 2;

/** The machine, as the power firmware sees it. Cores are numbered from 0. */
export interface PsciHost {
  readonly cores: number;
  powerState(core: number): PowerState;
  /** Starts a core in AArch64 at `entry`, with `context` in X0, at the caller's exception level. */
  powerOn(core: number, entry: bigint, context: bigint): void;
  powerOff(core: number): void;
  /** Puts a core to sleep until an interrupt, as WFI does. */
  standby(core: number): void;
  systemOff(): void;
  systemReset(): void;
}

/** A call as made: the core, X0 (the function identifier) and the arguments X1 to X3. */
export interface PsciCall {
  core: number;
  function: bigint;
  arguments: readonly [bigint, bigint, bigint];
}

/** MPIDR affinity fields of core n: Aff1 counts clusters of eight, as a GICv2's target lists want it. */
export const affinityOf = (core: number): number => ((core >> 3) << 8) | (core & 7);

type Handler = (host: PsciHost, call: PsciCall) => number;

function coreWithAffinity(host: PsciHost, mpidr: bigint): number | undefined {
  for (let core = 0; core < host.cores; core++) {
    if (BigInt(affinityOf(core)) === mpidr) return core;
  }
  return undefined;
}

const cpuOn: Handler = (host, { arguments: [target, entry, context] }) => {
  const core = coreWithAffinity(host, target);
  if (core === undefined || (entry & 3n) !== 0n) return PsciResult.INVALID_PARAMETERS;
  const state = host.powerState(core);
  if (state === 'on') return PsciResult.ALREADY_ON;
  if (state === 'on-pending') return PsciResult.ON_PENDING;
  host.powerOn(core, entry, context);
  return PsciResult.SUCCESS;
};

const cpuOff: Handler = (host, { core }) => {
  host.powerOff(core);
  return PsciResult.SUCCESS;
};

/** power_state, section 5.4.2: anything but a StateID and StateType for this core alone is refused. */
const REFUSED_POWER_STATE = 0xfffe_0000n;

/** Every state is entered as standby: the core waits for an interrupt and keeps all it has. */
const cpuSuspend: Handler = (host, { core, arguments: [state] }) => {
  if ((state & REFUSED_POWER_STATE) !== 0n) return PsciResult.INVALID_PARAMETERS;
  host.standby(core);
  return PsciResult.SUCCESS;
};

const affinityInfo: Handler = (host, { arguments: [target, level] }) => {
  if (level !== 0n) return AFFINITY.on; // a cluster with a core that asks is on
  const core = coreWithAffinity(host, target);
  return core === undefined ? PsciResult.INVALID_PARAMETERS : AFFINITY[host.powerState(core)];
};

const systemOff: Handler = (host) => {
  host.systemOff();
  return PsciResult.SUCCESS;
};

const systemReset: Handler = (host) => {
  host.systemReset();
  return PsciResult.SUCCESS;
};

const features: Handler = (_host, { arguments: [id] }) =>
  handlers.has(id) ? PsciResult.SUCCESS : PsciResult.NOT_SUPPORTED;

/** The functions there are; MIGRATE and whatever came after 1.1 are not among them. */
const handlers = new Map<bigint, Handler>([
  [FUNCTION.PSCI_VERSION, () => PSCI_VERSION_1_1],
  [FUNCTION.CPU_SUSPEND, cpuSuspend],
  [FUNCTION.CPU_SUSPEND | SMC64, cpuSuspend],
  [FUNCTION.CPU_OFF, cpuOff],
  [FUNCTION.CPU_ON, cpuOn],
  [FUNCTION.CPU_ON | SMC64, cpuOn],
  [FUNCTION.AFFINITY_INFO, affinityInfo],
  [FUNCTION.AFFINITY_INFO | SMC64, affinityInfo],
  [FUNCTION.MIGRATE_INFO_TYPE, () => NO_TRUSTED_OS],
  [FUNCTION.SYSTEM_OFF, systemOff],
  [FUNCTION.SYSTEM_RESET, systemReset],
  [FUNCTION.PSCI_FEATURES, features],
  [FUNCTION_0_1.CPU_SUSPEND, cpuSuspend],
  [FUNCTION_0_1.CPU_OFF, cpuOff],
  [FUNCTION_0_1.CPU_ON, cpuOn],
]);

/**
 * Answers a call: what X0 must hold on return, as a signed number to be sign-extended. An identifier that is
 * not known, PSCI's or not, gives NOT_SUPPORTED, as the SMC Calling Convention asks (DEN 0028 section 5.2).
 *
 * After CPU_OFF, SYSTEM_OFF and SYSTEM_RESET the caller does not return and the value has no use.
 */
export function callPsci(host: PsciHost, call: PsciCall): number {
  const handler = handlers.get(call.function);
  return handler === undefined ? PsciResult.NOT_SUPPORTED : handler(host, call);
}
