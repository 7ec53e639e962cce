/** Debug registers of a thread: breakpoints, watchpoints, single step. Arm ARM D2, of a Cortex-A53. */
import {
  BREAKPOINTS,
  familyOf,
  R,
  WATCHPOINTS,
  type Core,
  type CoreState,
  type StoredRegister,
} from '../../engine/index.js';
import { SPSR_SS } from './context.js';
import type { Inspector } from '../state/inspector.js';

const breakpointValues = familyOf('DBGBVR', '_EL1', BREAKPOINTS);
const breakpointControls = familyOf('DBGBCR', '_EL1', BREAKPOINTS);
const watchpointValues = familyOf('DBGWVR', '_EL1', WATCHPOINTS);
const watchpointControls = familyOf('DBGWCR', '_EL1', WATCHPOINTS);

/** MDSCR_EL1: software step; breakpoints and watchpoints. */
const MDSCR_SS = 1 << 0;
const MDSCR_MDE = 1 << 15;
/** DBGBCR and DBGWCR: E, and PMC or PAC, which say that only EL0 matches. */
const ENABLED = 1;
const EL0 = 2 << 1;
/** What user code decides: E, BAS; E, LSC, BAS, MASK. */
export const BREAKPOINT_CONTROL = 0x0000_01e1;
export const WATCHPOINT_CONTROL = 0x1f00_1ff9;

export class DebugState {
  readonly breakpointValues = new BigUint64Array(BREAKPOINTS);
  readonly breakpointControls = new Uint32Array(BREAKPOINTS);
  readonly watchpointValues = new BigUint64Array(WATCHPOINTS);
  readonly watchpointControls = new Uint32Array(WATCHPOINTS);
  /** One instruction, then a hardware breakpoint exception, again and again. */
  stepping = false;

  private get isMonitoring(): boolean {
    const isEnabled = (control: number): boolean => (control & ENABLED) !== 0;
    return this.breakpointControls.some(isEnabled) || this.watchpointControls.some(isEnabled);
  }
  /** Nothing to keep: a debugger may write a register's value first and enable it later. */
  get isClear(): boolean {
    const { breakpointValues, breakpointControls, watchpointValues, watchpointControls } = this;
    const values = [...breakpointValues, ...watchpointValues];
    const controls = [...breakpointControls, ...watchpointControls];
    return (
      !this.stepping && values.every((value) => value === 0n) && controls.every((control) => control === 0)
    );
  }
  /** MDSCR_EL1. */
  get monitor(): number {
    return (this.stepping ? MDSCR_SS : 0) | (this.isMonitoring ? MDSCR_MDE : 0);
  }

  audit(inspector: Inspector): void {
    const { breakpointValues, breakpointControls, watchpointValues, watchpointControls } = this;
    const isWhole =
      [breakpointValues, breakpointControls].every(({ length }) => length === BREAKPOINTS) &&
      [watchpointValues, watchpointControls].every(({ length }) => length === WATCHPOINTS);
    inspector.ensure(isWhole, 'there are 6 breakpoints and 4 watchpoints');
    const isAllowed =
      breakpointControls.every((control) => (control & ~BREAKPOINT_CONTROL) === 0) &&
      watchpointControls.every((control) => (control & ~WATCHPOINT_CONTROL) === 0);
    inspector.ensure(isAllowed, 'user code decides what it may');
  }
}

const none = new DebugState();

/** Gives the active core a thread's debug registers; undefined stands for none in use. */
export function loadDebugState(core: Core, state: CoreState, debug: DebugState | undefined): void {
  const monitor = debug?.monitor ?? 0;
  if (monitor === 0 && state.low(R.MDSCR_EL1) === 0) return;
  const wanted = debug ?? none;
  breakpointValues.forEach((register, i) => state.put64(register, wanted.breakpointValues[i]));
  breakpointControls.forEach((register, i) => putControl(state, register, wanted.breakpointControls[i]));
  watchpointValues.forEach((register, i) => state.put64(register, wanted.watchpointValues[i]));
  watchpointControls.forEach((register, i) => putControl(state, register, wanted.watchpointControls[i]));
  state.set64(R.MDSCR_EL1, monitor, 0);
  // Watched pages are kept out of the TLB.
  core.flushTlb('all', false);
  core.system.contextChanged();
}
function putControl(state: CoreState, register: StoredRegister, control: number): void {
  state.set64(register, control === 0 ? 0 : control | EL0, 0);
}

/** A step has been reported: the next one is to come. */
export function rearmStep(state: CoreState): void {
  state.set64(R.SPSR_EL1, state.low(R.SPSR_EL1) | SPSR_SS, 0);
}
