/** What the comparison with QEMU cannot reach: time, power, randomness, the card's way. */
import { describe, expect, it } from 'vitest';
import { Clock } from '../../clock.js';
import { Gpio } from './gpio.js';
import { Power } from './power.js';
import { Rng } from './rng.js';
import { SystemTimer } from './system-timer.js';

describe('the system timer', () => {
  it('counts microseconds, and interrupts when its lower half is what a compare register says', () => {
    const clock = new Clock();
    const levels = [false, false, false, false];
    const lines = levels.map((_, i) => ({ set: (level: boolean) => (levels[i] = level) }));
    const timer = new SystemTimer(lines, clock);
    clock.advanceTo(2 ** 32 * 1000 + 5_999);
    expect([timer.read(4), timer.read(8)]).toEqual([5, 1]);
    timer.write(0x10, 4, 8); // C1
    timer.write(0x18, 4, 4); // C3, which has just been
    clock.advanceTo(2 ** 32 * 1000 + 7_999);
    expect(levels[1]).toBe(false);
    clock.advanceTo(2 ** 32 * 1000 + 8_000);
    expect([levels, timer.read(0)]).toEqual([[false, true, false, false], 2]);
    timer.write(0, 4, 2);
    expect(levels[1]).toBe(false);
    expect(clock.deadline).toBe((2 ** 33 + 4) * 1000);
  });
});

describe('power management', () => {
  const build = () => {
    const asked: string[] = [];
    const power = new Power({ systemOff: () => asked.push('off'), systemReset: () => asked.push('reset') });
    return { asked, power };
  };

  it('resets, and switches off where the next partition is 63', () => {
    const { asked, power } = build();
    power.write(0x24, 4, 0x5a00_000a);
    power.write(0x1c, 4, 0x5a00_0020);
    power.write(0x20, 4, 0x5a00_0555);
    power.write(0x1c, 4, 0x5a00_0020);
    expect(asked).toEqual(['reset', 'off']);
  });

  it('does nothing without the password', () => {
    const { asked, power } = build();
    power.write(0x1c, 4, 0x20);
    expect([asked, power.read(0x1c), power.read(0x20)]).toEqual([[], 0x102, 0x1000]);
  });
});

describe('the random number generator', () => {
  const words = (rng: Rng) => Array.from({ length: 4 }, () => rng.read(8));

  it('gives the same words for the same seed, others for another, and goes on from a saved state', () => {
    const rng = new Rng(1n);
    const first = words(rng);
    expect(words(new Rng(1n))).toEqual(first);
    expect(words(new Rng(2n))).not.toEqual(first);
    const copy = new Rng(9n);
    copy.load(structuredClone(rng.save()));
    expect(words(copy)).toEqual(words(rng));
  });

  it('does not begin anew with a reset', () => {
    const rng = new Rng(1n);
    const first = words(rng);
    rng.reset();
    expect(words(rng)).not.toEqual(first);
  });
});

describe('GPIO', () => {
  it('hands the SD card over once all of its pins have the function of the other controller', () => {
    const levels: boolean[] = [];
    const gpio = new Gpio({ set: (level) => levels.push(level) });
    gpio.write(0x10, 4, 0o4400000000); // pins 48 and 49
    gpio.write(0x14, 4, 0o444); // 50 to 52
    expect(levels.at(-1)).toBe(false);
    gpio.write(0x14, 4, 0o4444);
    expect(levels.at(-1)).toBe(true);
    gpio.write(0x14, 4, 0);
    expect(levels.at(-1)).toBe(true);
    gpio.write(0x10, 4, 0);
    expect(levels.at(-1)).toBe(false);
  });
});
