/** The PL031 as the kernel reads it. Arm DDI 0224, chapter 3. */
import type { Board } from '../../machine/index.js';
import type { RtcDriver } from './drivers.js';

const RTCDR = 0x00;

export class Pl031Driver implements RtcDriver {
  constructor(
    private readonly bus: Board['bus'],
    private readonly base: number,
  ) {}

  read(): number {
    return this.bus.read(this.base + RTCDR, 4);
  }
}
