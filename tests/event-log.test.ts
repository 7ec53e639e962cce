/** What the event log tells of a program, and that listening changes nothing. */
import { describe, expect, it } from 'vitest';
import { EventLog, eventText, stateHash, type EventCategory, type Machine } from '../src/index.js';
import {
  acknowledge,
  enableInterrupt,
  endOfInterrupt,
  setVectors,
  TIMER,
  vectors,
} from './programs/interrupts.js';
import { DATA, machineFor, psci, SYSTEM_OFF } from './programs/program.js';

/** Maps the first GiB of RAM by one block, switches the MMU of EL2 on, faults once, and powers off. */
const program = `
  movz x20, #${DATA >>> 16}, lsl #16
  movz x0, #0x4000, lsl #16
  movk x0, #0x701            // a block of level 1: AttrIndx 0, inner shareable, AF
  str x0, [x20, #8]
  mov x0, #0xff
  msr mair_el2, x0
  movz x0, #0x3519           // T0SZ 25: starts at level 1; 4 KiB granules
  msr tcr_el2, x0
  msr ttbr0_el2, x20
  tlbi alle2
  ${setVectors(2)}
  mov x0, #1
  msr sctlr_el2, x0
  mov x2, #0
  ldr x1, [x2, #16]
unexpected:
  b #0
${vectors({ 0x200: 'fault' })}
fault:
  msr sctlr_el2, xzr
  ${psci(SYSTEM_OFF)}`;

function lines(machine: Machine, categories: EventCategory[]): string[] {
  const heard: string[] = [];
  EventLog.of(machine).listen((event) => heard.push(eventText(event)), categories);
  expect(machine.run({ instructions: 1000 })).toBe('powered off');
  return heard;
}

describe('the event log', () => {
  it('tells of registers of translation, TLB fills, faults and exceptions in their order', () => {
    expect(lines(machineFor(program), ['mmu', 'exceptions'])).toEqual([
      '[          0 cpu0 EL2] execute of 0x40080000 at EL2: 0x40080000 rwx, 1 GiB',
      '[          5 cpu0 EL2] MAIR_EL2 = 0xff',
      '[          7 cpu0 EL2] TCR_EL2 = 0x3519',
      '[          8 cpu0 EL2] TTBR0_EL2 = 0x40100000',
      '[          9 cpu0 EL2] tlbi alle2, 0x0',
      '[         14 cpu0 EL2] SCTLR_EL2 = 0x1',
      '[         15 cpu0 EL2] execute of 0x4008003c at EL2: 0x4008003c rwx, 1 GiB',
      '[         16 cpu0 EL2] read of 0x10: translation fault, level 1, stage 1',
      // EC 0x25, IL, DFSC 5. Arm ARM D13.2.37.
      '[         16 cpu0 EL2] exception: data abort (translation fault, level 1) from EL2, ' +
        'to VBAR_EL2+0x200, ELR 0x40080040, ESR 0x96000005, FAR 0x10',
      '[         18 cpu0 EL2] SCTLR_EL2 = 0x0',
      '[         19 cpu0 EL2] execute of 0x40080f88 at EL2: 0x40080f88 rwx, 1 GiB',
    ]);
  });

  it('tells of interrupts from the input of the GIC to their end', () => {
    const machine = machineFor(`
      ${enableInterrupt(TIMER.virtual)}
      msr cntv_cval_el0, xzr
      mov x0, #1
      msr cntv_ctl_el0, x0
      ${acknowledge}
      msr cntv_ctl_el0, xzr
      ${endOfInterrupt}
      ${psci(SYSTEM_OFF)}`);
    expect(lines(machine, ['interrupts']).map((line) => line.slice(13))).toEqual([
      'board   ] interrupt 27 (PPI of cpu0) high',
      'cpu0    ] IRQ input high',
      'cpu0 EL2] interrupt 27 (PPI) acknowledged',
      'cpu0    ] IRQ input low',
      'board   ] interrupt 27 (PPI of cpu0) low',
      'cpu0 EL2] interrupt 27 (PPI) deactivated',
    ]);
  });

  it('costs nothing when nobody listens: the machine then has no listeners', () => {
    const machine = machineFor(program);
    const stop = EventLog.of(machine).listen(() => {});
    const listeners = () => [
      machine.cluster.cores[0].system.listeners.all.length,
      machine.board.bus.listeners.all.length,
      machine.board.interrupts.listeners.all.length,
      machine.firmwareCalled.all.length,
    ];
    expect(listeners()).toEqual([1, 1, 1, 1]);
    stop();
    expect(listeners()).toEqual([0, 0, 0, 0]);
  });

  it('changes nothing in the machine', async () => {
    const heard = machineFor(program);
    lines(heard, ['exceptions', 'mmu', 'psci', 'interrupts', 'devices']);
    const alone = machineFor(program);
    alone.run();
    expect(heard.instructions).toBe(alone.instructions);
    expect(await stateHash(heard)).toBe(await stateHash(alone));
  });
});
