import { describe, expect, it } from 'vitest';
import { Clock } from './clock.js';

describe('Clock', () => {
  it('rings by time, and by the order of setting among equals', () => {
    const clock = new Clock();
    const rung: [string, number][] = [];
    const alarm = (name: string) => clock.alarm(name, () => rung.push([name, clock.now]));
    const [a, b, c] = [alarm('a'), alarm('b'), alarm('c')];
    c.set(20);
    b.set(10);
    a.set(10);
    expect(clock.deadline).toBe(10);
    clock.advanceTo(15);
    expect(rung).toEqual([
      ['b', 10],
      ['a', 10],
    ]);
    expect([clock.now, clock.deadline]).toEqual([15, 20]);
    c.cancel();
    expect(clock.deadline).toBe(Infinity);
  });

  it('lets an alarm set itself again on the way', () => {
    const clock = new Clock();
    const times: number[] = [];
    const tick = clock.alarm('tick', () => {
      times.push(clock.now);
      tick.set(clock.now + 10);
    });
    tick.set(10);
    clock.advanceTo(35);
    expect(times).toEqual([10, 20, 30]);
  });

  it('tells when the next deadline moves', () => {
    const clock = new Clock();
    const heard: number[] = [];
    clock.onDeadlineChange = (deadline) => heard.push(deadline);
    const alarm = clock.alarm('a', () => undefined);
    alarm.set(10);
    alarm.set(10);
    alarm.set(5);
    alarm.cancel();
    expect(heard).toEqual([10, 5, Infinity]);
  });

  it('never goes back, and moves without ringing when asked to', () => {
    const clock = new Clock();
    let rung = 0;
    clock.alarm('a', () => rung++).set(5);
    clock.moveTo(7);
    clock.moveTo(3);
    expect([clock.now, rung]).toEqual([7, 0]);
    clock.advanceTo(7);
    expect(rung).toBe(1);
  });

  it('is the same after saving and loading, order included', () => {
    const make = () => {
      const clock = new Clock();
      const rung: string[] = [];
      const alarms = ['a', 'b'].map((name) => clock.alarm(name, () => rung.push(name)));
      return { clock, rung, alarms };
    };
    const first = make();
    first.alarms[1].set(10);
    first.alarms[0].set(10);
    first.clock.advanceTo(4);
    const second = make();
    second.clock.load(structuredClone(first.clock.save()));
    second.clock.advanceTo(10);
    expect(second.rung).toEqual(['b', 'a']);
    expect(() => new Clock().shape.check(first.clock.save(), 'clock')).toThrow(
      'clock.alarms[0][0]: expected',
    );
  });
});
