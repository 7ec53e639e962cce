/** Where QEMU's boot loader for Arm puts what it loads, the same on all of its boards. */
import type { Placement } from './board.js';
import { STUB_ROOM } from './reset-stub.js';

export const qemuPlacement: Placement = {
  reserved: STUB_ROOM,
  kernel: 0x8_0000,
  ramdisk: 128 * 2 ** 20,
};
