/**
 * X0 to X7 as the arguments of a call, each read as its C type says. The procedure-call standard leaves the upper bits of
 * a narrow argument undefined, so that they are not looked at. AAPCS64, 6.8.2.
 */
import type { CoreState } from '../../../engine/index.js';
import type { RegisterKind } from '../../abi/signature.js';
import type { HandleValue, UserPointer } from './user-pointer.js';

/** The high half of the largest addresses that a number has whole. */
const POINTER_HIGH_MAX = 0x1f_ffff;

export class Registers implements Record<Exclude<RegisterKind, 'void'>, (index: number) => unknown> {
  constructor(private readonly state: CoreState) {}

  /** bool: its byte is not 0. */
  bool(index: number): boolean {
    return this.u8(index) !== 0;
  }
  u8(index: number): number {
    return this.state.xLow(index) & 0xff;
  }
  u16(index: number): number {
    return this.state.xLow(index) & 0xffff;
  }
  u32(index: number): number {
    return this.state.xLow(index) >>> 0;
  }
  s32(index: number): number {
    return this.state.xLow(index);
  }
  u64(index: number): bigint {
    return this.state.x(index);
  }
  s64(index: number): bigint {
    return BigInt.asIntN(64, this.state.x(index));
  }
  /** size_t as a number: exact below 2^53, beyond that still larger than anything real. */
  size(index: number): number {
    return (this.state.xHigh(index) >>> 0) * 0x1_0000_0000 + (this.state.xLow(index) >>> 0);
  }
  /** A deadline or a duration in ns: the far ends of its range become infinite. */
  time(index: number): number {
    const high = this.state.xHigh(index);
    const value = high * 0x1_0000_0000 + (this.state.xLow(index) >>> 0);
    if (value >= 2 ** 53) return Infinity;
    return value <= -(2 ** 53) ? -Infinity : value;
  }
  handle(index: number): HandleValue {
    return this.u32(index) as HandleValue;
  }
  /**
   * An address: to what, and for what, the generated signatures say. Beyond 2^53, where no memory is, it is not exact,
   * but as aligned as it was.
   */
  pointer<P extends UserPointer>(index: number): P {
    const high = Math.min(this.state.xHigh(index) >>> 0, POINTER_HIGH_MAX);
    return (high * 0x1_0000_0000 + (this.state.xLow(index) >>> 0)) as P;
  }
}
