/** What is read of one core is that core's, whichever core the machine is working at. */
import { describe, expect, it } from 'vitest';
import { EventLog, stateHash, type Machine } from '../src/index.js';
import { CODE, DATA, machineFor, psci, startCores, SYSTEM_OFF } from './programs/program.js';
import { REPORT, REPORT_BYTES, reporting, reportsIn, set } from './programs/report.js';

const CORES = 3;

/** Each core counts in X20 from a start of its own, and has its number in V1 and in X21; core 0 powers off. */
const counting = `
  ${startCores(CORES)}
  mrs x21, mpidr_el1
  and x21, x21, #0xff
  lsl x20, x21, #32
  movz x9, #0x30, lsl #16
  msr cpacr_el1, x9
  dup v1.2d, x21
  mov x22, #20000
count:
  add x20, x20, #1
  sub x22, x22, #1
  cbnz x22, count
  cbnz x21, wait
  ${psci(SYSTEM_OFF)}
wait:
  b wait`;

/** Runs until every core counts. */
function countingMachine(): Machine {
  const machine = machineFor(counting, { cores: CORES });
  machine.run({ instructions: 40_000 });
  return machine;
}
const cores = (machine: Machine) => Array.from({ length: CORES }, (_, i) => machine.core(i));

/** Core 0 sends events, each about another number; core 1 waits for them and reports the first number it sees. */
const events = `
  ${startCores(2)}
  mrs x21, mpidr_el1
  and x21, x21, #0xff
  movz x1, #${DATA >>> 16}, lsl #16
  cbnz x21, receive
  mov x2, #30000 // core 1 waits by then
delay:
  sub x2, x2, #1
  cbnz x2, delay
  mov x2, #1
  str x2, [x1]
  sev
  mov x2, #2
  str x2, [x1]
  sev
done:
  b done
receive:
  wfe
  ldr x3, [x1]
  cbz x3, receive
  b done`;

describe('an event', () => {
  it('is seen by a core that waits for it before the sender goes on', () => {
    const machine = machineFor(events, { cores: 2 });
    machine.run({ instructions: 200_000 });
    expect([machine.core(0).x(2), machine.core(1).x(3)]).toEqual([2n, 1n]);
  });
});

describe("a core's registers", () => {
  it('are its own, whichever are asked for first', () => {
    const all = cores(countingMachine());
    for (const order of [all, [...all].reverse()]) {
      expect(order.map((core) => core.x(20) >> 32n)).toEqual(order.map((core) => core.x(21)));
    }
    expect(all.map((core) => core.v(1) & 0xffn)).toEqual([0n, 1n, 2n]);
    expect(new Set(all).size).toBe(CORES);
  });

  it('follow the core while the machine runs', () => {
    const machine = countingMachine();
    const held = cores(machine);
    const before = held.map((core) => core.x(20));
    for (let run = 0; run < 5; run++) {
      machine.run({ instructions: 7_777 });
      expect(held.map((core) => core.x(21))).toEqual([0n, 1n, 2n]);
      expect(held.map((core) => core.x(20))).toEqual(cores(machine).map((core) => core.x(20)));
    }
    for (const [i, core] of held.entries()) expect(core.x(20)).toBeGreaterThan(before[i]);
  });

  it('are written to the core, active or not, and stay through a snapshot of the state', () => {
    const machine = countingMachine();
    const held = cores(machine);
    for (const [i, core] of held.entries()) {
      core.setX(0, BigInt(100 + i));
      core.setV(31, BigInt(i) << 100n);
      core.sp = BigInt(16 * i);
      core.nzcv = (i << 28) | 0;
    }
    machine.load(machine.save(), machine.firmware);
    for (const [i, core] of held.entries()) {
      expect([core.x(0), core.v(31), core.sp]).toEqual([BigInt(100 + i), BigInt(i) << 100n, BigInt(16 * i)]);
      expect(core.nzcv).toBe((i << 28) | 0);
    }
    held[2].pc = BigInt(CODE);
    expect(held[2].pc).toBe(BigInt(CODE));
    expect(held[1].pc).not.toBe(BigInt(CODE));
  });

  it('can be looked at from a listener, which changes nothing', async () => {
    const run = async (look: boolean): Promise<string> => {
      const machine = machineFor(counting, { cores: CORES });
      const held = cores(machine);
      const seen = new Set<string>();
      if (look) {
        EventLog.of(machine).listen(({ at }) => {
          seen.add(held.map((core) => core.x(21)).join());
          for (let i = 0; i < CORES; i++) {
            expect([0, 2]).toContain(machine.exceptionLevel(i));
            machine.systemRegister(i, 'CNTVCT_EL0');
            machine.translate(i, BigInt(CODE + 4096 * i), 'write');
          }
          if (at.core !== undefined) expect(held[at.core].pc).toBeLessThan(BigInt(CODE + 0x1000));
        });
      }
      expect(machine.run()).toBe('powered off');
      if (look) expect([...seen]).toContain('0,0,0');
      return `${machine.instructions} ${await stateHash(machine)}`;
    };
    expect(await run(true)).toBe(await run(false));
  });

  it('refuse a core, a register and a moment that there are not', () => {
    const machine = countingMachine();
    expect(() => machine.core(CORES)).toThrow(new RangeError('core 3: the machine has 3'));
    expect(() => machine.core(0).x(31)).toThrow('register 31: there are 0 to 30');
    expect(() => machine.core(0).setV(-1, 0n)).toThrow('register -1: there are 0 to 31');
    const sending = machineFor(`movz x9, #0x900, lsl #16\n str w9, [x9]\n b #0`);
    const refused: unknown[] = [];
    sending.transmitted.add(() => {
      try {
        sending.core(0).pc = 0n;
      } catch (error) {
        refused.push(error);
      }
    });
    sending.run({ instructions: 10 });
    expect(refused).toEqual([new Error('PC can be set between instructions only')]);
  });
});

describe('a fault', () => {
  it('is taken as it was found, though a listener translates another address meanwhile', () => {
    const source = reporting({ el: 1, body: `${set('x1', CODE)}\n str xzr, [x1]\n b finish` });
    const [seen, unseen] = [true, false].map((look) => {
      const machine = machineFor(source, { ramSize: 0x40_0000 });
      const unmapped = 0x8000_0000n;
      if (look) EventLog.of(machine).listen(() => void machine.translate(0, unmapped), ['mmu']);
      machine.run();
      return reportsIn(machine.readMemory(REPORT, REPORT_BYTES) ?? new Uint8Array());
    });
    // Permission fault at level 2, of a store.
    expect(unseen).toMatchObject([{ esr: 0x9600_004en, far: BigInt(CODE) }]);
    expect(seen).toEqual(unseen);
  });
});

describe('a core that waits', () => {
  it('is not woken by what another core has set in HCR_EL2', () => {
    // Core 1 has a virtual interrupt pending but HCR_EL2.IMO clear; core 0 has IMO set.
    const machine = machineFor(
      `
      movz x20, #${DATA >>> 16}, lsl #16
      adr x2, second
      mov x1, #1
      mov x3, #0
      ${psci(0xc400_0003)}
      movz x0, #0x8000, lsl #16
      orr x0, x0, #0x10
      msr hcr_el2, x0
      movz x22, #40000
    spin:
      sub x22, x22, #1
      cbnz x22, spin
      ${psci(SYSTEM_OFF)}
    second:
      movz x20, #${DATA >>> 16}, lsl #16
      movz x9, #0x803, lsl #16   // GICH
      mov w10, #1
      str w10, [x9]              // GICH_HCR.En
      movz w10, #0x1000, lsl #16
      orr w10, w10, #4
      str w10, [x9, #0x100]      // GICH_LR0: pending
      movz x9, #0x804, lsl #16   // GICV
      mov w10, #0xf8
      str w10, [x9, #4]
      mov w10, #1
      str w10, [x9]
    sleep:
      wfi
      ldr x0, [x20]
      add x0, x0, #1
      str x0, [x20]
      b sleep`,
      { cores: 2 },
    );
    expect(machine.run({ instructions: 300_000 })).toBe('powered off');
    expect(machine.readMemory(DATA, 1)).toEqual(Uint8Array.of(0));
  });
});
