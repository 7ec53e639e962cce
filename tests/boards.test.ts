/**
 * Another board than `virt`, unlike it in all that a board says: nothing outside of the board's own files may know
 * which one it is on.
 */
import { describe, expect, it } from 'vitest';
import {
  bootZircon,
  builtInBootImage,
  EventLog,
  loadSnapshot,
  Machine,
  planBoot,
  readZbi,
  saveSnapshot,
  stateHash,
  ZirconError,
  type MachineEvent,
} from '../src/index.js';
import { zbiFields } from '../src/images/index.js';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { program } from './programs/program.js';
import { TINY, tiny, TINY_TIMER } from './programs/tiny-board.js';
import { programs as probes } from './programs/zircon/index.js';

/** Loads an address into a register. */
const address = (register: string, value: number): string => `
  movz ${register}, #${value >>> 16}, lsl #16
  movk ${register}, #${value & 0xffff}`;
const send = (text: string): string =>
  [...text].map((letter) => `mov w10, #${letter.charCodeAt(0)}\nstr w10, [x9]`).join('\n');
/** Where the second core says that it is there. */
const FLAG = 0x20_0000;

/** Both cores begin here. The first uses every device there is, and then switches off. */
const everything = program(
  `
    ${address('x19', FLAG)}
    mrs x20, mpidr_el1
    tbnz x20, #0, second
    mrs x21, cntfrq_el0
    ${address('x9', TINY.UART0)}
    ${send('first')}
    stur x21, [x9, #-8]           // RAM, in the page in which the UART begins
    ldur x22, [x9, #-8]
    ${address('x9', TINY.UART1)}
    ${send('second')}
    ldr w23, [x9]
    ${address('x9', TINY.GIC_DIST)}
    mov w10, #1
    str w10, [x9]                // GICD_CTLR
    ${address('x10', 1 << TINY_TIMER.physical)}
    str w10, [x9, #0x100]        // GICD_ISENABLER0
    ${address('x11', TINY.GIC_CPU)}
    mov w10, #0xff
    str w10, [x11, #4]           // GICC_PMR
    mov w10, #1
    str w10, [x11]               // GICC_CTLR
    mov x10, #192
    msr cntp_tval_el0, x10
    mov x10, #1
    msr cntp_ctl_el0, x10
    wfi
    ldr w24, [x11, #0xc]         // GICC_IAR
    mrs x25, cntpct_el0
  wait:
    ldr x26, [x19]
    cbz x26, wait
    ${address('x9', TINY.POWER)}
    mov w10, #1
    str w10, [x9]
  second:
    str x20, [x19]
    wfi
    b second`,
  TINY.KERNEL,
);

function started(code: Uint8Array): Machine {
  const machine = new Machine({ board: tiny });
  machine.powerUp(
    planBoot({ kernel: { name: 'raw', content: { format: 'raw', bytes: code } } }, machine.board),
  );
  return machine;
}

describe('a second board', () => {
  it('runs a program from its first instruction until it switches the board off', () => {
    const machine = started(everything);
    const said = machine.board.serialPorts.map((port) => {
      const heard = { name: port.name, text: '' };
      port.transmitted.add((byte) => (heard.text += String.fromCharCode(byte)));
      return heard;
    });
    machine.board.serialPorts[1].receive([0x21]);
    expect(machine.run({ instructions: 100_000 })).toBe('powered off');
    expect(said).toEqual([
      { name: 'uart0', text: 'first' },
      { name: 'uart1', text: 'second' },
    ]);
    const core = machine.core(0);
    expect([core.x(21), core.x(22)]).toEqual([19_200_000n, 19_200_000n]);
    expect(core.x(23)).toBe(0x21n);
    expect(core.x(24)).toBe(BigInt(TINY_TIMER.physical));
    // 192 ticks are 10 us, and one begins every 52 or 53 ns.
    expect(Number(core.x(25)) / 19.2).toBeCloseTo(machine.now / 1000, 0);
    expect(machine.now).toBeGreaterThan(10_000);
    expect(core.x(26)).toBe(0x8000_0001n);
  });

  it('is at places of its own, which a boot loader asks for', () => {
    const machine = new Machine({ board: tiny });
    const kernel = { name: 'raw', content: { format: 'raw', bytes: everything } } as const;
    const plan = planBoot({ kernel, initrd: { name: 'initrd', bytes: new Uint8Array(5) } }, machine.board);
    expect(plan.segments.map(({ name, address }) => [name, address])).toEqual([
      ['raw', TINY.KERNEL],
      ['initrd', 16 * 2 ** 20],
    ]);
    expect(plan.devicetree).toBeUndefined();
    expect(plan.cores).toEqual([1, 2].map(() => ({ powered: true, pc: TINY.KERNEL, el: 1, x0: 0 })));
    const late = { name: 'initrd', bytes: new Uint8Array(32 * 2 ** 20 + 1) };
    expect(() => planBoot({ kernel, initrd: late }, machine.board)).toThrow('but RAM is 0x0..0x3000000');
  });

  it('has no power firmware: what would call it is undefined', () => {
    const machine = started(program('hvc #0\nsmc #0', TINY.KERNEL));
    const events: MachineEvent[] = [];
    EventLog.of(machine).listen((event) => events.push(event), ['exceptions', 'psci']);
    machine.run({ instructions: 1 });
    expect(events).toMatchObject([{ type: 'exception', vector: 0x200, syndrome: 0x0200_0000 }]);
  });

  it('goes on from a saved state, and from a reset, as on any other board', async () => {
    const machine = started(everything);
    machine.run({ instructions: 30 });
    const copy = new Machine({ board: tiny });
    copy.cluster.ram.write(0, machine.cluster.ram.view(0, machine.options.ramSize));
    copy.load(structuredClone(machine.save()), machine.firmware);
    expect([machine.run(), copy.run()]).toEqual(['powered off', 'powered off']);
    expect(copy.instructions).toBe(machine.instructions);
    expect(await stateHash(copy)).toBe(await stateHash(machine));
    copy.reset();
    expect(copy.run()).toBe('powered off');
  });

  it('is told by its name where a snapshot of it cannot be loaded', () => {
    const snapshot = saveSnapshot(new Machine({ board: tiny }));
    expect(() => loadSnapshot(snapshot)).toThrow("'tiny' is not a board, expected one of virt");
  });
});

describe('Zircon on a second board', () => {
  const image = builtInBootImage(new Map([['bin/vdso-probe', decodeBase64(probes['vdso-probe'])]]));
  const append = 'userboot.next=bin/vdso-probe userboot.shutdown';

  it('has its console, its interrupts and its counter', () => {
    const { machine } = bootZircon(image, { board: tiny, append });
    let console = '';
    machine.transmitted.add((byte) => (console += String.fromCharCode(byte)));
    expect(machine.run({ instructions: 200e6 })).toBe('powered off');
    expect(console).toContain('frequency=19200000 ticks=1 deadline=1 infinite=1');
    expect(console).toContain('cpus=2 memory=50331648 line=64 features=0 bits=ff');
  });

  it('is told of to programs in the boot image', () => {
    const { machine } = bootZircon(image, { board: tiny, append });
    const { items } = readZbi(machine.firmware?.segments[0].bytes ?? new Uint8Array());
    const fields = items.map((item) => zbiFields(item));
    expect(fields).toContainEqual({ vendor: 7, product: 9, board: 'tiny' });
    expect(fields).toContainEqual({ driver: 'PL011_UART', mmioPhys: BigInt(TINY.UART0), irq: 41 });
    expect(fields).toContainEqual(
      expect.objectContaining({
        driver: 'ARM_GIC_V2',
        mmioPhys: BigInt(TINY.GIC_DIST),
        giccOffset: 0x1_0000n,
      }),
    );
    expect(fields).toContainEqual(expect.objectContaining({ irqPhys: 18, irqVirt: 20 }));
    expect(fields).not.toContainEqual(expect.objectContaining({ driver: 'ARM_PSCI' }));
    expect(fields).toContainEqual({ clusters: [2] });
  });

  it('is refused in one line where the kernel has no drivers', () => {
    const board = {
      ...tiny,
      build: (...args: Parameters<typeof tiny.build>) =>
        Object.assign(tiny.build(...args), { kernelDevices: undefined }),
    };
    expect(() => bootZircon(image, { board, append })).toThrow(
      new ZirconError('board tiny: the kernel has no drivers for its interrupt controller and its UART'),
    );
  });
});
