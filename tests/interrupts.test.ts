/**
 * Timers through the interrupt controller to the core, at the exact instruction; and the same run however it is cut
 * into pieces.
 */
import { describe, expect, it } from 'vitest';
import { EventLog, stateHash, type Machine, type MachineEvent } from '../src/index.js';
import {
  acknowledge,
  enableInterrupt,
  endOfInterrupt,
  setVectors,
  TIMER,
  vectors,
} from './programs/interrupts.js';
import { CPU_ON, DATA, machineFor, psci, startCores, SYSTEM_OFF } from './programs/program.js';

/** Virtual ns in a tick of the system counter: 62.5 MHz. */
const TICK = 16;

function exceptionsOf(machine: Machine): MachineEvent[] {
  const events: MachineEvent[] = [];
  EventLog.of(machine).listen((event) => events.push(event), ['exceptions']);
  return events;
}

/** Counts in x20 until the virtual timer's third interrupt, each 100 ticks after the one before. */
const ticking = `
  ${setVectors(2)}
  ${enableInterrupt(TIMER.virtual)}
  movz x0, #0x8000, lsl #16
  orr x0, x0, #0x10          // HCR_EL2.IMO: interrupts come to EL2
  msr hcr_el2, x0
  mov x0, #100
  msr cntv_cval_el0, x0
  mov x0, #1
  msr cntv_ctl_el0, x0
  msr daifclr, #2
count:
  add x20, x20, #1
  b count
unexpected:
  b #0
${vectors({ 0x280: 'interrupt' })}
interrupt:
  ${acknowledge}
  mrs x0, cntv_cval_el0
  add x0, x0, #100
  msr cntv_cval_el0, x0
  ${endOfInterrupt}
  add x21, x21, #1
  cmp x21, #3
  b.eq off
  eret
off:
  ${psci(SYSTEM_OFF)}`;

describe('a timer', () => {
  it('interrupts at the instruction at which the count reaches the compare value', () => {
    const machine = machineFor(ticking);
    const events = exceptionsOf(machine);
    expect(machine.run({ instructions: 10_000 })).toBe('powered off');
    const taken = events.filter((event) => event.type === 'exception');
    expect(taken).toMatchObject([{ kind: 'IRQ' }, { kind: 'IRQ' }, { kind: 'IRQ' }]);
    // One instruction is one nanosecond: so many come before the exception.
    expect(taken.map(({ at }) => at.instructions)).toEqual([100, 200, 300].map((ticks) => ticks * TICK));
    expect(machine.core(0).x(11)).toBe(BigInt(TIMER.virtual));
    expect(machine.core(0).x(21)).toBe(3n);
  });

  it.each([1, 7, 100, 1601])('does so too in pieces of %i instructions', async (instructions) => {
    const whole = machineFor(ticking);
    whole.run();
    const pieces = machineFor(ticking);
    while (pieces.run({ instructions }) === 'limit');
    expect(pieces.instructions).toBe(whole.instructions);
    expect(await stateHash(pieces)).toBe(await stateHash(whole));
  });

  it.each([
    ['cntp', TIMER.physical],
    ['cntv', TIMER.virtual],
    ['cnthp', TIMER.hypervisor],
  ])('%s wakes a core that waits, and time has then moved on to it', (timer, intid) => {
    const level = timer === 'cnthp' ? 2 : 0;
    const machine = machineFor(`
      ${enableInterrupt(intid)}
      mov x0, #1000
      msr ${timer}_cval_el${level}, x0
      mov x0, #1
      msr ${timer}_ctl_el${level}, x0
      wfi
      mrs x1, cntpct_el0
      ${acknowledge}
      ${psci(SYSTEM_OFF)}`);
    expect(machine.run()).toBe('powered off');
    expect(machine.core(0).x(1)).toBe(1000n);
    expect(machine.core(0).x(11)).toBe(BigInt(intid));
    expect(machine.instructions).toBeLessThan(40);
    expect(machine.now).toBeGreaterThanOrEqual(1000 * TICK);
  });
});

describe('several cores', () => {
  /** Each core adds 1 to a shared counter 2,000 times with exclusives; the first waits for all and powers off. */
  const contended = (cores: number) => `
    movz x20, #${DATA >>> 16}, lsl #16
    ${startCores(cores)}
    movz x20, #${DATA >>> 16}, lsl #16
    mov x5, #2000
  again:
    ldaxr x6, [x20]
    add x6, x6, #1
    stlxr w7, x6, [x20]
    cbnz w7, again
    sub x5, x5, #1
    cbnz x5, again
    mrs x8, mpidr_el1
    and x8, x8, #0xff
    cbnz x8, sleep
  wait:
    wfe
    ldr x6, [x20]
    movz x7, #${cores * 2000}
    cmp x6, x7
    b.ne wait
    ${psci(SYSTEM_OFF)}
  sleep:
    sev
    wfi
    b sleep`;

  it('see each other, and run the same however the run is cut into pieces', async () => {
    const hashes: string[] = [];
    for (const instructions of [Infinity, 997, 10_000]) {
      const machine = machineFor(contended(4), { cores: 4 });
      while (machine.run({ instructions }) === 'limit');
      expect(machine.run()).toBe('powered off');
      const counter = machine.readMemory(DATA, 8) ?? new Uint8Array(8);
      expect(new DataView(counter.buffer).getBigUint64(0, true)).toBe(8000n);
      hashes.push(`${machine.instructions} ${await stateHash(machine)}`);
    }
    expect(new Set(hashes).size).toBe(1);
  });

  it('interrupt each other by software generated interrupts', () => {
    const machine = machineFor(
      `adr x2, second
       mov x1, #1
       mov x3, #0
       ${psci(CPU_ON)}
       movz x9, #0x800, lsl #16
       mov w10, #1
       str w10, [x9]
       movz x10, #2, lsl #16      // to the core 1 of the target list: SGI 5
       orr x10, x10, #4
       orr x10, x10, #1
     wait:
       movz x12, #${DATA >>> 16}, lsl #16
       ldr x13, [x12]
       cbz x13, wait
       str w10, [x9, #0xf00]      // GICD_SGIR
     answer:
       ldr x13, [x12, #8]
       cbz x13, answer
       ${psci(SYSTEM_OFF)}
     second:
       ${enableInterrupt(5)}
       movz x12, #${DATA >>> 16}, lsl #16
       mov x13, #1
       str x13, [x12]
       wfi
       ${acknowledge}
       str x11, [x12, #8]
       ${endOfInterrupt}
       b #0`,
      { cores: 2 },
    );
    expect(machine.run({ instructions: 200_000 })).toBe('powered off');
    // GICC_IAR: the interrupt, and in bits 12 to 10 the core that it came from.
    expect(machine.core(0).x(13)).toBe(5n);
  });
});
