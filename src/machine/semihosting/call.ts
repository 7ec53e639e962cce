/** A call as the guest made it: the core, and its parameter block. */
import { Guest } from './guest.js';

export class Call {
  constructor(
    readonly guest: Guest,
    readonly core: number,
  ) {}

  /** In W0: which operation. */
  get operation(): number {
    return Number(BigInt.asUintN(32, this.guest.registers(this.core).x(0)));
  }
  /** X1: where the parameters are, or the only one. */
  get parameter(): bigint {
    return this.guest.registers(this.core).x(1);
  }
  /** A field of the parameter block, unsigned. Throws GuestFault. */
  field(number: number): bigint {
    return this.guest.readNumber(this.core, this.parameter + BigInt(8 * number));
  }
  setField(number: number, value: bigint): void {
    this.guest.writeNumber(this.core, this.parameter + BigInt(8 * number), value);
  }
  /** A field that is a length, at most `most`. */
  length(number: number, most: number): number {
    const value = this.field(number);
    return value > BigInt(most) ? most : Number(value);
  }

  read(address: bigint, length: number): Uint8Array {
    return this.guest.read(this.core, address, length);
  }
  write(address: bigint, content: Uint8Array): void {
    this.guest.write(this.core, address, content);
  }
  text(address: bigint, most: number): Uint8Array {
    return this.guest.readText(this.core, address, most);
  }
}
