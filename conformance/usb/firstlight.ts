/** Carries out operations on this project's board, without cores. Time moves on only where it is said. */
import { coreModels } from '../../src/engine/index.js';
import type { Ram } from '../../src/machine/bus.js';
import { boards, Disk, MemoryStore, type Board, type UsbSpecification } from '../../src/machine/index.js';
import { stickContent } from './storage.js';
import { DWC2, PENDING_1, PENDING_USB, type Operation } from './operations.js';

/** Ns in which everything has come to its end. */
const SETTLED = 1_000_000_000;

/** RAM of which only the first part is there; the board has more. */
export function smallRam(size: number): Ram {
  const bytes = new Uint8Array(2 ** 21);
  return {
    size,
    read: (offset, length) => {
      const read = new Uint8Array(length);
      read.set(bytes.subarray(offset, offset + length));
      return read;
    },
    write: (offset, data) => {
      if (offset < bytes.length) bytes.set(data.subarray(0, bytes.length - offset), offset);
    },
  };
}

export function boardWith(usb: readonly UsbSpecification[]): Board {
  const sticks = usb.flatMap((device) => (device.kind === 'usb-storage' ? [device.disk] : []));
  return boards.raspi3b.build({
    cores: 4,
    hypervisor: true,
    secure: true,
    ram: smallRam(2 ** 30),
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    usb,
    usbDisks: new Map(
      sticks.map((number) => [
        number,
        new Disk({ name: 'stick', store: new MemoryStore(stickContent(number)) }),
      ]),
    ),
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
  });
}

/** What an operation gives: a number, or bytes in hexadecimal; nothing for those that give nothing. */
export function perform({ bus, clock, usb }: Board, operation: Operation): string {
  const result = act();
  // What is due now comes before whatever is next.
  clock.advanceTo(clock.now);
  return result;

  function act(): string {
    switch (operation.kind) {
      case 'read':
        return String(bus.read(DWC2 + operation.register, 4));
      case 'write':
        bus.write(DWC2 + operation.register, 4, operation.value);
        return '';
      case 'store':
        bus.writeBytes(operation.address, operation.bytes);
        return '';
      case 'load':
        return Buffer.from(bus.readBytes(operation.address, operation.length) ?? []).toString('hex');
      case 'settle':
        clock.advanceTo(clock.now + SETTLED);
        return '';
      case 'drain':
        return '';
      case 'line':
        return String((bus.read(PENDING_1, 4) & PENDING_USB) !== 0);
      case 'input':
        for (const event of operation.events) usb?.input.send(event);
        clock.advanceTo(clock.now + SETTLED);
        return '';
    }
  }
}
