/** Small programs from reset on: exception levels, and the power firmware as Arm DEN 0022 describes it. */
import { describe, expect, it } from 'vitest';
import { EventLog, Session, type Machine, type MachineEvent } from '../src/index.js';
import { setVectors, vectors } from './programs/interrupts.js';
import {
  CODE,
  CPU_OFF,
  CPU_ON,
  DATA,
  machineFor,
  psci,
  send,
  SYSTEM_OFF,
  SYSTEM_RESET,
} from './programs/program.js';

const AFFINITY_INFO = 0xc400_0004;

function words(machine: Machine, address: number, count: number): bigint[] {
  const bytes = machine.readMemory(address, count * 8);
  if (bytes === undefined) throw new Error('not in RAM');
  const view = new DataView(bytes.buffer);
  return Array.from({ length: count }, (_, i) => view.getBigInt64(i * 8, true));
}

describe('a program after reset', () => {
  it.each([
    [2, true],
    [1, false],
  ])('starts at EL%i with interrupts masked, its own stack pointer and the MMU off', (level, hypervisor) => {
    const machine = machineFor(
      `mrs x1, currentel
       mrs x2, daif
       mrs x3, spsel
       mrs x4, sctlr_el${level}
       ${psci(SYSTEM_OFF, hypervisor ? 'smc' : 'hvc')}`,
      { hypervisor },
    );
    expect(machine.run({ instructions: 100 })).toBe('powered off');
    const core = machine.core(0);
    // Arm ARM D1.9.1: PSTATE after a reset; SCTLR_ELx.M is 0.
    expect([1, 2, 3].map((n) => core.x(n))).toEqual([BigInt(level) << 2n, 0x3c0n, 1n]);
    expect(core.x(4) & 1n).toBe(0n);
  });

  it('has no EL2 where the board has none', () => {
    const machine = machineFor(`mrs x1, vbar_el2\n b #0`, { hypervisor: false });
    const events: MachineEvent[] = [];
    EventLog.of(machine).listen((event) => events.push(event), ['exceptions']);
    machine.run({ instructions: 1 });
    // UNDEFINED: exception class 0, IL set.
    expect(events).toMatchObject([
      { type: 'exception', from: 1, to: 1, vector: 0x200, syndrome: 0x0200_0000 },
    ]);
  });

  it('goes down to EL1 and EL0 by ERET and comes back by SVC and HVC', () => {
    const machine = machineFor(`
      movz x0, #0x8000, lsl #16
      msr hcr_el2, x0
      mov x0, #0x3c5
      msr spsr_el2, x0
      adr x0, el1
      msr elr_el2, x0
      eret
    el1:
      ${setVectors(1)}
      mov x0, #0x3c0
      msr spsr_el1, x0
      adr x0, el0
      msr elr_el1, x0
      eret
    el0:
      svc #7
    unexpected:
      b #0
      ${vectors({ 0x400: 'from_el0' })}
    from_el0:
      hvc #9`);
    const events: MachineEvent[] = [];
    EventLog.of(machine).listen((event) => events.push(event), ['exceptions']);
    machine.run({ instructions: 18 });
    expect(events).toMatchObject([
      { type: 'exception return', from: 2, to: 1 },
      { type: 'exception return', from: 1, to: 0 },
      // ESR: EC, IL and the immediate. Arm ARM D13.2.37.
      { type: 'exception', from: 0, to: 1, vector: 0x400, syndrome: 0x5600_0007 },
      { type: 'exception', from: 1, to: 2, vector: 0x400, syndrome: 0x5a00_0009 },
    ]);
  });
});

describe('the power firmware', () => {
  it('switches cores on at an address with a context, tells their state, and switches them off', () => {
    const machine = machineFor(
      `movz x20, #${DATA >>> 16}, lsl #16
       ${psci(CPU_ON)}
       // x1 to x3: the core, where it starts, its X0. The call above had x1 = 0: this core, which is on.
       str x0, [x20]
       mov x1, #9
       ${psci(CPU_ON)}
       str x0, [x20, #8]
       mov x1, #1
       adr x2, second
       mov x3, #77
       ${psci(CPU_ON)}
       str x0, [x20, #16]
       ${psci(AFFINITY_INFO).replace('smc', 'mov x2, #0\n smc')}
       str x0, [x20, #24]
     wait:
       mov x1, #1
       mov x2, #0
       ${psci(AFFINITY_INFO)}
       cbz x0, wait
       str x0, [x20, #32]
       ${psci(SYSTEM_OFF)}
     second:
       movz x20, #${DATA >>> 16}, lsl #16
       str x0, [x20, #40]
       mrs x1, mpidr_el1
       str x1, [x20, #48]
       mrs x1, currentel
       str x1, [x20, #56]
       ${psci(CPU_OFF)}
       b #0`,
      { cores: 2 },
    );
    expect(machine.run({ instructions: 1e6 })).toBe('powered off');
    // DEN 0022: ALREADY_ON, INVALID_PARAMETERS, SUCCESS; affinity ON, then OFF; context, MPIDR, EL2.
    expect(words(machine, DATA, 8)).toEqual([-4n, -2n, 0n, 0n, 1n, 77n, 0x8000_0001n, 8n]);
  });

  it('resets the board: registers and devices anew, RAM kept except where the program was put', async () => {
    const machine = machineFor(`
      movz x20, #${DATA >>> 16}, lsl #16
      ldr x1, [x20]
      add x1, x1, #1
      str x1, [x20]
      adr x2, mark
      ldr x3, [x2]
      str x3, [x20, #8]
      str x1, [x2]
      mrs x4, vbar_el2
      str x4, [x20, #16]
      movz x5, #0x1000
      msr vbar_el2, x5
      ${send('R')}
      cmp x1, #3
      b.eq off
      ${psci(SYSTEM_RESET)}
    off:
      ${psci(SYSTEM_OFF)}
    .align 8
    mark:
      .quad 1234`);
    let sent = '';
    const session = new Session(machine, {
      transmit: (byte) => (sent += String.fromCharCode(byte)),
      timeout: 20,
    });
    expect(await session.run()).toEqual({ kind: 'powered off' });
    expect(sent).toBe('RRR');
    expect(words(machine, DATA, 3)).toEqual([3n, 1234n, 0n]);
  });

  it('does not answer the other conduit', () => {
    const machine = machineFor(psci(SYSTEM_OFF, 'hvc'));
    const events: MachineEvent[] = [];
    EventLog.of(machine).listen((event) => events.push(event), ['exceptions']);
    machine.run({ instructions: 3 });
    expect(events).toMatchObject([{ type: 'exception', to: 2, syndrome: 0x5a00_0000 }]);
    expect(machine.core(0).pc).toBe(0x200n);
    expect(machine.systemRegister(0, 'ELR_EL2')).toBe(BigInt(CODE + 12));
  });
});

describe('the end of a run', () => {
  const ending = async (source: string): Promise<string> =>
    (await new Session(machineFor(source), { timeout: 0.3 }).run()).kind;

  it('is that the guest is stuck when it waits and nothing can wake it', async () => {
    expect(await ending('msr daifset, #15\n wfi\n b #-4')).toBe('stuck');
  });
  it('is the timeout when it spins, interrupts masked or not', async () => {
    expect(await ending('msr daifset, #15\n b #0')).toBe('timeout');
  });
});
