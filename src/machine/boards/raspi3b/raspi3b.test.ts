import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differencesFrom, sparseRam } from '../../../../conformance/devices/firstlight.js';
import { readTranscript } from '../../../../conformance/devices/transcript.js';
import { coreModels } from '../../../engine/index.js';
import { busMaster } from '../../dma.js';
import { gpuBus } from './gpu-bus.js';
import { MAP, RAM_SIZE } from './memory-map.js';
import { Raspi3b } from './raspi3b.js';

function build(ram = sparseRam(RAM_SIZE)) {
  const irq = [false, false, false, false];
  const fiq = [false, false, false, false];
  const board = new Raspi3b({
    cores: 4,
    ram,
    hypervisor: true,
    secure: true,
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    coreInputs: {
      irq: (core, level) => (irq[core] = level),
      fiq: (core, level) => (fiq[core] = level),
    },
    power: { systemOff: () => undefined, systemReset: () => undefined },
  });
  return { board, irq, fiq, ram };
}

const hexWords = (bytes: Uint8Array): string[] =>
  [...new Uint32Array(bytes.slice().buffer)].map((word) => word.toString(16));

const recorded = new URL('../../../../tests/data/raspi3b/', import.meta.url).pathname;

describe("board raspi3b answers as QEMU's", () => {
  for (const file of readdirSync(recorded)) {
    it(file, () => {
      expect(differencesFrom(readTranscript(readFileSync(recorded + file, 'utf8')))).toEqual([]);
    });
  }
});

describe('raspi3b', () => {
  it('has RAM under every gap, within the peripherals, too', () => {
    const { bus } = build().board;
    for (const address of [0, 0x3eff_fffc, 0x3f00_3020, 0x3f10_0200, 0x3fff_fffc]) {
      expect(bus.write(address, 4, address)).toBe(true);
      expect(bus.read(address, 4)).toBe(address);
    }
    expect(bus.write(0x3f20_3000, 4, 1)).toBe(true);
    expect(bus.read(0x3f20_3000, 4)).toBe(0);
    expect(bus.read(0x4000_0100, 4)).toBe(-1);
  });

  // The words are those of QEMU 7.2, read from its memory.
  it("starts a kernel from QEMU's code, the other cores in a spin loop", () => {
    const { code, cores } = build().board.startUp({ entry: 0x20_0000, argument: 0x100, byProtocol: true });
    expect(code.map(({ address }) => address)).toEqual([0, 0xd8, 0x300]);
    const stub = '580000c0 aa1f03e1 aa1f03e2 aa1f03e3 58000084 d61f0080 100 0 200000 0';
    expect(hexWords(code[0].bytes).join(' ')).toBe(stub);
    expect(code[1].bytes).toEqual(new Uint8Array(32));
    const loop =
      'd2801b05 d53800a6 924004c6 d503205f f86678a4 b4ffffc4 d2800000 d2800001 d2800002 d2800003 d61f0080';
    expect(hexWords(code[2].bytes).join(' ')).toBe(loop);
    expect(cores.map(({ powered, pc }) => [powered, pc])).toEqual([
      [true, 0],
      [true, 0x300],
      [true, 0x300],
      [true, 0x300],
    ]);
  });

  it('routes what a peripheral raises through both controllers to the core that is chosen', () => {
    const { board, irq } = build();
    const { bus } = board;
    bus.write(MAP.UART0.base + 0x38, 4, 1 << 4); // UARTIMSC
    bus.write(MAP.INTERRUPTS.base + 0x14, 4, 1 << 25); // interrupt 57
    bus.write(0x4000_000c, 4, 2); // GPU interrupts to core 2
    board.serialPorts[0].receive([0x61]);
    expect(irq).toEqual([false, false, true, false]);
    expect(bus.read(MAP.INTERRUPTS.base, 4)).toBe((1 << 9) | (1 << 19));
    expect(bus.read(0x4000_0068, 4)).toBe(1 << 8);
    expect(board.interrupts.overview(2).interrupts).toEqual([
      { number: 57, enabled: true, pending: true, active: false },
      { number: 136, enabled: true, pending: true, active: false },
    ]);
    board.reset();
    expect(irq).toEqual([false, false, false, false]);
  });

  it('has nothing pending after a reset, whichever device has raised its interrupt, and nothing on its way', () => {
    const { board, ram } = build();
    const { bus, clock } = board;
    const pending = () => [4, 8, 0].map((offset) => bus.read(MAP.INTERRUPTS.base + offset, 4));
    const enableAll = () => {
      for (const offset of [0x10, 0x14, 0x18]) bus.write(MAP.INTERRUPTS.base + offset, 4, 0xffff_ffff);
    };
    enableAll();
    bus.write(MAP.SDHCI.base + 0x38, 4, 1 << 6); // signal an insertion, and its status
    bus.write(MAP.SDHCI.base + 0x34, 4, 1 << 6);
    bus.write(MAP.MAILBOX.base + 0x9c, 4, 1); // interrupt where there is an answer: to a message without tags
    bus.write(MAP.MAILBOX.base + 0xa0, 4, 0x1008);
    ram.write(0x2000, Uint8Array.of(1)); // a control block with an interrupt at its end
    bus.write(MAP.DMA.base + 4, 4, 0x2000);
    bus.write(MAP.DMA.base, 4, 1);
    expect(pending()).toEqual([1 << 16, 1 << 30, 0x302 | (1 << 20)]);
    bus.write(MAP.SYSTEM_TIMER.base + 0x10, 4, 1000);
    board.reset();
    enableAll();
    expect(pending()).toEqual([0, 0, 0]);
    clock.advanceTo(2_000_000);
    expect(pending()).toEqual([0, 0, 0]);
  });
});

describe("the GPU's bus", () => {
  it('has RAM four times and the peripherals at 0x7e000000, with RAM between them', () => {
    const { board, ram } = build();
    const gpu = gpuBus(board.bus, ram);
    const { map } = gpu;
    const uart = board.bus.devices.find(({ name }) => name === 'uart0')!;
    map.attach(0x7e20_1000, uart);
    const master = busMaster(map);
    for (const alias of [0, 0x4000_0000, 0x8000_0000, 0xc000_0000]) {
      expect(master.write(alias + 0x1000, Uint8Array.of(alias >>> 28))).toBe(true);
      expect(board.bus.read(0x1000, 1)).toBe(alias >>> 28);
    }
    expect(master.readWord(0x7e20_1018)).toBe(0x90); // UARTFR
    expect(master.writeWord(0x7e20_1024, 0x1234)).toBe(true);
    expect(board.bus.read(MAP.UART0.base + 0x24, 4)).toBe(0x1234);
    // Between the peripherals, the cores see another part of RAM than the GPU.
    expect(master.writeWord(0x7e00_3020, 7)).toBe(true);
    expect([board.bus.read(0x3e00_3020, 4), board.bus.read(0x3f00_3020, 4)]).toEqual([7, 0]);
    expect(() => gpu.attach(MAP.UART0.base, uart)).toThrow('another device has this name');
  });
});
