import { describe, expect, it } from 'vitest';
import { callPsci, type PowerState, type PsciHost } from './psci.js';

function machine() {
  const events: string[] = [];
  const states: PowerState[] = ['on', 'off', 'off', 'on-pending'];
  const host: PsciHost = {
    cores: states.length,
    powerState: (core) => states[core],
    powerOn(core, entry, context) {
      states[core] = 'on';
      events.push(`on ${core} at ${entry.toString(16)} with ${context}`);
    },
    powerOff: (core) => events.push(`off ${core}`),
    standby: (core) => events.push(`standby ${core}`),
    systemOff: () => events.push('system off'),
    systemReset: () => events.push('system reset'),
  };
  const call = (id: number, ...[x1 = 0n, x2 = 0n, x3 = 0n]: bigint[]) =>
    callPsci(host, { core: 0, function: BigInt(id), arguments: [x1, x2, x3] });
  return { events, call };
}

/** DEN 0022, section 5.1; what QEMU answers is in the transcripts of board virt. */
describe('PSCI', () => {
  it('powers a core on, once', () => {
    const { events, call } = machine();
    expect(call(0xc400_0004, 1n)).toBe(1);
    expect(call(0xc400_0003, 1n, 0x4020_0000n, 7n)).toBe(0);
    expect(events).toEqual(['on 1 at 40200000 with 7']);
    expect(call(0xc400_0004, 1n)).toBe(0);
    expect(call(0xc400_0003, 1n, 0x4020_0000n)).toBe(-4);
    expect(call(0xc400_0003, 3n, 0x4020_0000n)).toBe(-5);
    expect(call(0xc400_0003, 4n, 0x4020_0000n)).toBe(-2);
    expect(call(0xc400_0003, 2n, 0x4020_0002n)).toBe(-2);
  });

  it('powers off, suspends, and switches the machine off', () => {
    const { events, call } = machine();
    call(0x8400_0002);
    expect(call(0xc400_0001, 0n)).toBe(0);
    expect(call(0xc400_0001, 1n << 24n)).toBe(-2);
    call(0x8400_0008);
    call(0x8400_0009);
    expect(events).toEqual(['off 0', 'standby 0', 'system off', 'system reset']);
  });

  it('says what it is and what it does not know', () => {
    const { call } = machine();
    expect(call(0x8400_0000)).toBe(0x0001_0001);
    expect(call(0x8400_0006)).toBe(2);
    expect(call(0x8400_000a, 0xc400_0003n)).toBe(0);
    expect(call(0x8400_000a, 0x8400_0005n)).toBe(-1);
    expect(call(0x8000_0000)).toBe(-1);
  });
});
