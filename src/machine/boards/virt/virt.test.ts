import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differencesFrom } from '../../../../conformance/devices/firstlight.js';
import { readTranscript } from '../../../../conformance/devices/transcript.js';
import { coreModels } from '../../../engine/index.js';
import { readFdt } from '../../../images/index.js';
import type { Ram } from '../../bus.js';
import type { DeviceTreeNode } from '../../devicetree.js';
import type { BoardOptions } from '../board.js';
import { MAP } from './memory-map.js';
import { VirtBoard } from './virt.js';

const recorded = new URL('../../../../tests/data/virt/', import.meta.url).pathname;
const MiB = 2 ** 20;

const noRam = (size: number): Ram => ({
  size,
  read: (_offset, length) => new Uint8Array(length),
  write: () => undefined,
});

function board(options: Partial<BoardOptions> = {}): VirtBoard {
  return new VirtBoard({
    cores: 1,
    ram: noRam(128 * MiB),
    hypervisor: false,
    secure: false,
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
    ...options,
  });
}

describe("board virt answers as QEMU's", () => {
  const transcripts = readdirSync(recorded).filter((file) => file.endsWith('.txt'));
  it('has transcripts', () => expect(transcripts.length).toBeGreaterThan(8));

  for (const file of transcripts) {
    it(file, () => {
      expect(differencesFrom(readTranscript(readFileSync(recorded + file, 'utf8')))).toEqual([]);
    });
  }
});

/** Names, order and bytes of everything but the seeds, which are the boot loader's. */
function comparable({ name, properties, children }: DeviceTreeNode): unknown {
  const entries = [...properties].filter(([key]) => key !== 'rng-seed' && key !== 'kaslr-seed');
  return {
    name,
    properties: entries.map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
    children: children.map(comparable),
  };
}

describe("the devicetree is QEMU's", () => {
  for (const [cores, mib, el] of [
    [1, 1024, 1],
    [8, 3072, 2],
  ] as const) {
    it(`${cores} cores, ${mib} MiB, EL${el}`, () => {
      const qemu = readFdt(readFileSync(`${recorded}qemu-smp${cores}-${mib}M-el${el}.dtb`));
      const ours = board({ cores, ram: noRam(mib * MiB), hypervisor: el === 2 }).deviceTree(
        el === 2 ? 'smc' : 'hvc',
      );
      expect(comparable(ours)).toEqual(comparable(qemu.root));
    });
  }
});

describe('board virt', () => {
  it('goes on from a saved state as if nothing had happened', () => {
    const first = board({ cores: 2 });
    first.bus.write(MAP.GIC_DIST.base, 4, 1);
    first.bus.write(MAP.GIC_DIST.base + 0x104, 4, 2);
    first.bus.write(MAP.GIC_DIST.base + 0x820, 4, 0x0101_0101);
    first.bus.write(MAP.GIC_CPU.base, 4, 1);
    first.bus.write(MAP.GIC_CPU.base + 4, 4, 0xff);
    first.bus.write(MAP.UART.base + 0x38, 4, 0x10);
    first.serialPorts[0].receive([65, 66]);
    first.clock.advanceTo(5e9);
    const state = structuredClone(first.save());

    const levels: boolean[] = [];
    const second = board({
      cores: 2,
      coreInputs: { irq: (core, level) => (levels[core] = level), fiq: () => undefined },
    });
    second.load(state);
    expect(second.save()).toEqual(state);
    expect(levels).toEqual([true, false]);
    expect(second.bus.read(MAP.GIC_CPU.base + 0xc, 4)).toBe(33);
    expect(second.bus.read(MAP.UART.base, 4)).toBe(65);
    expect(second.bus.read(MAP.RTC.base, 4)).toBe(5);
  });

  it('keeps its flash over a reset, and nothing of the interrupt controller', () => {
    const it_ = board();
    it_.bus.write(MAP.FLASH.base + 8, 4, 0x0040_0040); // program
    it_.bus.write(MAP.FLASH.base + 8, 4, 0x1234_5678);
    it_.bus.write(MAP.FLASH.base, 4, 0x00ff_00ff); // read array
    it_.bus.write(MAP.GIC_DIST.base, 4, 1);
    it_.reset();
    expect(it_.bus.read(MAP.FLASH.base + 8, 4)).toBe(0x1234_5678);
    expect(it_.bus.read(MAP.GIC_DIST.base, 4)).toBe(0);
  });

  it('leaves the wires of the cores as they are over a reset, and lowers those of its devices', () => {
    const it_ = board();
    it_.coreOutputs[0].timers.virtual.set(true);
    it_.bus.write(MAP.UART.base + 0x38, 4, 0x20);
    it_.bus.write(MAP.UART.base, 4, 65);
    expect(it_.bus.read(MAP.GIC_DIST.base + 0x204, 4)).toBe(2);
    it_.reset();
    expect(it_.bus.read(MAP.GIC_DIST.base + 0x200, 4)).toBe(1 << 27);
    expect(it_.bus.read(MAP.GIC_DIST.base + 0x204, 4)).toBe(0);
  });

  it('gives a hypervisor virtual interrupts and hears of their end', () => {
    const levels: { [line: string]: boolean } = {};
    const set = (line: string) => (_core: number, level: boolean) => {
      levels[line] = level;
    };
    const it_ = board({
      hypervisor: true,
      coreInputs: { irq: set('irq'), fiq: set('fiq'), virq: set('virq'), vfiq: set('vfiq') },
    });
    const [GICH, GICV] = [MAP.GIC_HYP.base, MAP.GIC_VCPU.base];
    it_.bus.write(GICH, 4, 1);
    it_.bus.write(GICV, 4, 1);
    it_.bus.write(GICV + 4, 4, 0xff);
    it_.bus.write(GICH + 0x104, 4, (1 << 28) | (1 << 19) | 40); // pending, with an interrupt at its end
    expect(levels.virq).toBe(true);
    expect(it_.bus.read(GICV + 0xc, 4)).toBe(40);
    expect(levels.virq).toBe(false);
    it_.bus.write(GICV + 0x10, 4, 40);
    expect(it_.bus.read(GICH + 0x20, 4)).toBe(2); // GICH_EISR0
    expect(it_.bus.read(MAP.GIC_DIST.base + 0x200, 4)).toBe(1 << 25); // maintenance, PPI 9
  });

  it('rings the real time clock at the match, through to the core', () => {
    const irq: [core: number, level: boolean][] = [];
    const it_ = board({
      epoch: 1000,
      coreInputs: { irq: (core, level) => irq.push([core, level]), fiq: () => undefined },
    });
    it_.bus.write(MAP.GIC_DIST.base, 4, 1);
    it_.bus.write(MAP.GIC_DIST.base + 0x104, 4, 4); // SPI 2
    it_.bus.write(MAP.GIC_CPU.base + 4, 4, 0xff);
    it_.bus.write(MAP.GIC_CPU.base, 4, 1);
    it_.bus.write(MAP.RTC.base + 0x10, 4, 1);
    it_.bus.write(MAP.RTC.base + 0x04, 4, 1003);
    expect(it_.clock.deadline).toBe(3e9);
    it_.clock.advanceTo(3e9 - 1);
    expect(irq.at(-1)).toEqual([0, false]);
    it_.clock.advanceTo(3e9);
    expect(irq.at(-1)).toEqual([0, true]);
    expect(it_.bus.read(MAP.RTC.base, 4)).toBe(1003);
  });

  it('raises the GPIO interrupt when the power button is pressed', () => {
    const it_ = board();
    it_.bus.write(MAP.GPIO.base + 0x40c, 4, 8); // GPIOIEV: rising edge of pin 3
    it_.bus.write(MAP.GPIO.base + 0x410, 4, 8); // GPIOIE
    it_.pressPowerButton();
    expect(it_.bus.read(MAP.GPIO.base + 0x418, 4)).toBe(8);
    expect(it_.bus.read(MAP.GIC_DIST.base + 0x204, 4)).toBe(1 << 7);
  });
});
