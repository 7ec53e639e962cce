/** The table of handlers, by the numbers that decoded entries have for them. */
import { FIRST_SHAPE_HANDLER } from './loop.js';

/** Handlers that it has room for at first, and by how many it grows. */
const INITIAL = 4096;
const STEP = 1024;
/** A decoded entry holds 16 bits. */
const MOST = 0x1_0000;

export class HandlerTable {
  readonly table = new WebAssembly.Table({ element: 'anyfunc', initial: INITIAL });
  private next = FIRST_SHAPE_HANDLER;
  private readonly free: number[] = [];

  /** How many more numbers there are. */
  get room(): number {
    return MOST - this.next + this.free.length;
  }

  /** A number that nothing has. Throws RangeError if there is no more. */
  allocate(): number {
    const released = this.free.pop();
    if (released !== undefined) return released;
    const number = this.next;
    if (number >= MOST) throw new RangeError('no decoded entry can name another handler');
    if (number >= this.table.length) this.table.grow(Math.min(STEP, MOST - this.table.length));
    this.next += 1;
    return number;
  }
  get(number: number): WebAssembly.ExportValue {
    return this.table.get(number) as WebAssembly.ExportValue;
  }
  set(number: number, handler: WebAssembly.ExportValue): void {
    this.table.set(number, handler);
  }
  release(number: number): void {
    this.table.set(number, null);
    this.free.push(number);
  }
}
