import { describe, expect, it } from 'vitest';
import { Clock } from '../../clock.js';
import { LocalControl, SOURCE } from './local-control.js';

function build() {
  const irq = [false, false, false, false];
  const fiq = [false, false, false, false];
  const clock = new Clock();
  const local = new LocalControl(
    { irq: (core, level) => (irq[core] = level), fiq: (core, level) => (fiq[core] = level) },
    clock,
    () => undefined,
  );
  return { local, clock, irq, fiq };
}

describe("the BCM2836's local block", () => {
  it('interrupts a core by a mailbox until its last bit is cleared; as FIQ where both are enabled', () => {
    const { local, irq, fiq } = build();
    local.write(0x58, 4, 0x02); // core 2, mailbox 1
    local.write(0xa4, 4, 0x8000_0001);
    expect([irq[2], local.read(0x68), local.read(0xe4) >>> 0]).toEqual([true, 1 << 5, 0x8000_0001]);
    local.write(0xe4, 4, 1);
    expect(irq[2]).toBe(true);
    local.write(0x58, 4, 0x22);
    expect([irq[2], fiq[2], local.read(0x68), local.read(0x78)]).toEqual([false, true, 0, 1 << 5]);
    local.write(0xe4, 4, 0x8000_0000);
    expect(fiq[2]).toBe(false);
  });

  it('routes a timer of a core to that core', () => {
    const { local, irq } = build();
    local.write(0x44, 4, 1 << SOURCE.TIMER_PHYSICAL);
    local.timer(1, SOURCE.TIMER_VIRTUAL).set(true);
    expect(irq).toEqual([false, false, false, false]);
    local.timer(1, SOURCE.TIMER_PHYSICAL).set(true);
    expect([irq, local.read(0x64)]).toEqual([[false, true, false, false], 2]);
  });

  it('counts 38.4 million a second, again and again, and interrupts once for each time it is told to go on', () => {
    const { local, clock, irq } = build();
    local.write(0x24, 4, 3);
    local.write(0x34, 4, 0x3000_0000 | 384);
    clock.advanceTo(9_999);
    expect(irq[3]).toBe(false);
    clock.advanceTo(10_000);
    expect([irq[3], local.read(0x6c)]).toEqual([true, 1 << 11]);
    clock.advanceTo(35_000);
    local.write(0x38, 4, 0x8000_0000);
    expect(irq[3]).toBe(false);
    clock.advanceTo(40_000);
    expect(irq[3]).toBe(true);
  });

  it('takes no host time for a timer that nobody looks at', () => {
    const { local, clock } = build();
    local.write(0x34, 4, 0x3000_0001);
    clock.advanceTo(1e15);
    expect(clock.deadline).toBe(Infinity);
  });
});
