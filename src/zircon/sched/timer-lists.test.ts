/** The lists of times that the kernel keeps, against plain sorted arrays. */
import { describe, expect, it } from 'vitest';
import { Dice } from '../vm/test-machine.js';
import { FireTimes } from './fire-times.js';
import { TimerQueue, type TimerEntry } from './timer-queue.js';

const nobody = { onTimer: (): void => undefined };

describe('the timers of a core', () => {
  it.each([1, 2, 3])('come in the order of their deadlines, then of entry (seed %i)', (seed) => {
    const dice = new Dice(seed);
    const queue = new TimerQueue();
    let model: TimerEntry[] = [];
    for (let step = 0; step < 5000; step++) {
      const act = dice.roll(10);
      if (act < 5) model.push(queue.add(dice.roll(200), nobody));
      else if (act < 8 && model.length > 0) {
        const [entry] = model.splice(dice.roll(model.length), 1);
        queue.remove(entry);
        queue.remove(entry);
      } else {
        model.sort((a, b) => a.deadline - b.deadline || a.order - b.order);
        const now = dice.roll(200);
        const due = (model.at(0)?.deadline ?? Infinity) <= now ? model[0] : undefined;
        expect(queue.pop(now)).toBe(due);
        model = model.filter((entry) => entry !== due);
      }
      expect(queue.size).toBe(model.length);
      expect(queue.deadline).toBe(Math.min(Infinity, ...model.map(({ deadline }) => deadline)));
    }
  });
});

describe('the times at which timers fire', () => {
  it.each([1, 2, 3])('are found nearest to what is wanted (seed %i)', (seed) => {
    const dice = new Dice(seed);
    const times = new FireTimes();
    const model: number[] = [];
    for (let step = 0; step < 20_000; step++) {
      const act = dice.roll(10);
      if (act < 6) {
        const time = dice.roll(20_000);
        times.add(time);
        model.push(time);
      } else if (act < 9 && model.length > 0) {
        times.remove(model.splice(dice.roll(model.length), 1)[0]);
      } else {
        const wanted = dice.roll(20_000);
        const [early, late] = [dice.roll(30), dice.roll(30)];
        const near = model.filter((time) => time >= wanted - early && time <= wanted + late);
        const found = times.nearest(wanted, wanted - early, wanted + late);
        const distance = Math.min(Infinity, ...near.map((time) => Math.abs(time - wanted)));
        if (near.length === 0) expect(found).toBe(wanted);
        else expect([near.includes(found), Math.abs(found - wanted)]).toEqual([true, distance]);
      }
    }
  });

  it('may be many', () => {
    const times = new FireTimes();
    for (let i = 0; i < 200_000; i++) times.add((i * 7919) % 200_000);
    expect(times.nearest(100.25, 100, 101)).toBe(100);
    for (let i = 0; i < 200_000; i++) times.remove(i);
    expect(times.nearest(100, 0, 200_000)).toBe(100);
  });
});
