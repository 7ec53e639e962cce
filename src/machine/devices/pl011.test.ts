import { describe, expect, it } from 'vitest';
import { Pl011 } from './pl011.js';

const UARTDR = 0x00;
const UARTFR = 0x18;
const UARTLCR_H = 0x2c;
const UARTIMSC = 0x38;
const UARTRIS = 0x3c;
const UARTICR = 0x44;

function uart() {
  let level = false;
  const device = new Pl011('uart', { set: (to) => (level = to) });
  return { device, interrupt: () => level };
}

const flagsAndInterrupts = (device: Pl011): [fr: number, ris: number] => [
  device.read(UARTFR),
  device.read(UARTRIS),
];

/** The values are those of QEMU 7.2's UART, fed through a socket and read by qtest. */
describe('PL011 input', () => {
  it('has room for one byte with the FIFO off; the rest waits', () => {
    const { device } = uart();
    expect(flagsAndInterrupts(device)).toEqual([0x90, 0]);
    device.receive([0x61]);
    expect(flagsAndInterrupts(device)).toEqual([0xc0, 0x10]);
    device.receive([0x62]);
    expect(device.read(UARTDR)).toBe(0x61);
    expect(flagsAndInterrupts(device)).toEqual([0xc0, 0x10]);
    expect(device.read(UARTDR)).toBe(0x62);
    expect(flagsAndInterrupts(device)).toEqual([0x90, 0]);
  });

  it('has room for sixteen with the FIFO on, and loses nothing of a paste', () => {
    const { device } = uart();
    const paste = Array.from('cdefghijklmnopqrstuvw', (letter) => letter.charCodeAt(0));
    device.write(UARTLCR_H, 4, 0x10);
    device.receive(paste);
    const seen = paste.map((_, i) => {
      expect(flagsAndInterrupts(device)).toEqual([i <= 5 ? 0xc0 : 0x80, 0x10]);
      return device.read(UARTDR);
    });
    expect(seen).toEqual(paste);
    expect(flagsAndInterrupts(device)).toEqual([0x90, 0]);
  });

  it('takes as long for a byte of much that waits as of little', () => {
    const { device } = uart();
    const much = new Uint8Array(3_000_000).map((_, i) => i % 251);
    device.receive(much);
    expect(device.waiting).toBe(much.length);
    const began = performance.now();
    const seen = Uint8Array.from({ length: 50_000 }, () => device.read(UARTDR));
    // Milliseconds; moving all that waits up for each of them takes minutes.
    expect(performance.now() - began).toBeLessThan(5000);
    expect(seen).toEqual(much.subarray(0, seen.length));
    expect(device.waiting).toBe(much.length - seen.length);
    expect(device.save().waiting).toHaveLength(device.waiting);
  });

  it('raises its interrupt again only after the FIFO has been empty', () => {
    const { device, interrupt } = uart();
    device.write(UARTLCR_H, 4, 0x10);
    device.write(UARTIMSC, 4, 0x10);
    device.receive([1, 2, 3]);
    expect(interrupt()).toBe(true);
    device.write(UARTICR, 4, 0x10);
    expect(interrupt()).toBe(false);
    device.receive([4]);
    expect(interrupt()).toBe(false);
    for (let i = 0; i < 4; i++) device.read(UARTDR);
    device.receive([5]);
    expect(interrupt()).toBe(true);
  });

  it('interrupts for what waited, though a program clears the interrupt after it read', () => {
    const { device, interrupt } = uart();
    device.write(UARTIMSC, 4, 0x10);
    device.receive([1, 2, 3]);
    const seen: number[] = [];
    while (interrupt()) {
      seen.push(device.read(UARTDR));
      device.write(UARTICR, 4, 0x10);
    }
    expect(seen).toEqual([1, 2, 3]);
    // But not where it does so before.
    device.receive([4]);
    device.write(UARTICR, 4, 0x10);
    expect([interrupt(), device.read(UARTDR)]).toEqual([false, 4]);
  });

  it('shows a break in the data and the status register', () => {
    const { device } = uart();
    device.receiveBreak();
    expect(device.read(UARTDR)).toBe(1 << 10);
    expect(device.read(0x04)).toBe(1 << 2);
  });
});
