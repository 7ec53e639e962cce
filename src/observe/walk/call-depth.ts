/** How deep in calls and exceptions a core is, told by the return addresses that it has been given. */

/** Calls that are remembered; of deeper ones the oldest are forgotten. */
const MOST = 1024;

interface Frame {
  readonly returnAddress: bigint;
  readonly isException: boolean;
}

export class CallDepth {
  private frames: Frame[] = [];

  get depth(): number {
    return this.frames.length;
  }

  /** BL or BLR, or an exception with its preferred return address. */
  enter(returnAddress: bigint, isException = false): void {
    if (this.frames.length === MOST) this.frames.shift();
    this.frames.push({ returnAddress, isException });
  }

  /**
   * RET, BR or ERET to an address: one that some call is to return to ends that call and those inside. A return to
   * anywhere else is one of another thread's, whose calls have not been seen; a jump is none.
   */
  leave(address: bigint, by: 'return' | 'jump' | 'exception return'): void {
    const at = this.frames.findLastIndex(({ returnAddress }) => returnAddress === address);
    if (at >= 0) this.frames.length = at;
    else if (by === 'return') this.frames = [];
    else if (by === 'exception return') {
      const exception = this.frames.findLastIndex(({ isException }) => isException);
      if (exception >= 0) this.frames.length = exception;
    }
  }
}
