/** What the engine needs of the machine around it. */
import type { TimerName } from './system/environment.js';

/** Answer of `read` where nothing is: an external abort. */
export const EXTERNAL_ABORT = -1;

/**
 * There are two physical address spaces, which are the same but for what only Secure accesses reach: that is, for
 * everybody here, at its address with this added, beyond the 40 bits of physical addresses. Arm ARM B2.8.1.
 */
export const SECURE_SPACE = 2 ** 40;

/** Devices by physical address. Values are unsigned 32-bit numbers; the address is aligned to the size. */
export interface DeviceBus {
  /** Number of the core on whose behalf the access is made. */
  initiator: number;
  /** Whether it is a Secure access. */
  secure: boolean;
  /** Where a Secure access to a physical address goes: to SECURE_SPACE and above, if something is only there. */
  secureAddress(physical: number): number;
  read(address: number, size: 1 | 2 | 4): number;
  /** False: external abort. */
  write(address: number, size: 1 | 2 | 4, value: number): boolean;
  /** Reads 8 bytes, low word first; false: external abort. */
  read64(address: number, words: Uint32Array): boolean;
  write64(address: number, low: number, high: number): boolean;
}

/** Semihosting, as the engine sees it. */
export interface SemihostingCalls {
  /** Whether HLT #0xF000 is a call at an exception level; elsewhere it is undefined. */
  takes(level: number): boolean;
  /** Does what the core asks for in X0 and X1, unless it must wait for something of the host's, at the instruction. */
  call(core: number): 'done' | 'waiting for input' | 'waiting for files';
}

/** The machine's clock and firmware as the engine sees them. */
export interface Board {
  readonly bus: DeviceBus;
  readonly clock: {
    /** Virtual nanoseconds. */
    readonly now: number;
    /** When the next alarm rings, or Infinity. */
    readonly deadline: number;
    moveTo(ns: number): void;
    advanceTo(ns: number): void;
    onDeadlineChange: (deadline: number) => void;
  };
  /** A core's timer changed its interrupt output. */
  timerLine(core: number, timer: TimerName, level: boolean): void;
  pmuLine(core: number, level: boolean): void;
  /** Whether the firmware answers SMC rather than HVC. */
  hasSmcFirmware(): boolean;
  /** An HVC or SMC by a core; true if it was a call of the firmware and has been done. */
  firmwareCall(core: number, conduit: 'hvc' | 'smc'): boolean;
  /** What takes HLT #0xF000, if anything does. */
  readonly semihosting?: SemihostingCalls | undefined;
  /** Something worth telling once. */
  log(message: string): void;
}
