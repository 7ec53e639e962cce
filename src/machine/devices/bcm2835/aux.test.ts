import { describe, expect, it } from 'vitest';
import { Aux } from './aux.js';

function build() {
  const sent: number[] = [];
  const levels: boolean[] = [false];
  const uart = new Aux('uart1', { set: (level) => levels.push(level) });
  uart.transmitted.add((byte) => sent.push(byte));
  return { uart, sent, level: () => levels.at(-1) };
}

describe('the mini UART', () => {
  it('keeps input that its FIFO of eight has no room for, in order', () => {
    const { uart } = build();
    uart.receive(Array.from({ length: 20 }, (_, i) => i));
    expect([uart.waiting, uart.read(0x64) >>> 16]).toEqual([20, 8]);
    const read: number[] = [];
    while ((uart.read(0x54) & 1) !== 0) read.push(uart.read(0x40));
    expect(read).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('interrupts while there is something to receive, and always to send', () => {
    const { uart, level } = build();
    uart.write(0x44, 4, 1);
    expect(level()).toBe(false);
    uart.receive([0x61]);
    expect([level(), uart.read(0x48), uart.read(0x00)]).toEqual([true, 0xc4, 1]);
    expect(uart.read(0x40)).toBe(0x61);
    expect(level()).toBe(false);
    uart.write(0x44, 4, 2);
    expect([level(), uart.read(0x48)]).toEqual([true, 0xc2]);
  });

  it('is listened to by interrupt or by polling, and sends at once', () => {
    const { uart, sent } = build();
    expect(uart.listening).toBe(false);
    for (let i = 0; i < 16; i++) uart.read(0x54);
    expect(uart.listening).toBe(true);
    uart.write(0x40, 4, 0x141);
    expect([sent, uart.listening]).toEqual([[0x41], false]);
    uart.write(0x44, 4, 1);
    expect(uart.listening).toBe(true);
  });

  it('goes on from a saved state', () => {
    const { uart } = build();
    uart.receive([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    uart.read(0x40);
    const { uart: other } = build();
    other.load(structuredClone(uart.save()));
    expect([other.save(), other.waiting, other.read(0x40)]).toEqual([uart.save(), 9, 2]);
  });
});
