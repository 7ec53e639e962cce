/** A boot on board `raspi3b`, laid out as QEMU 7.2 does: addresses and words are those of its monitor. */
import { describe, expect, it } from 'vitest';
import { coreModels } from '../engine/index.js';
import { cells, deviceTree, findNode, node, readFdt, writeFdt } from '../images/index.js';
import { boards } from '../machine/index.js';
import { planBoot, type BootInputs } from './boot-plan.js';
import { BootError } from './error.js';

const board = boards.raspi3b.build({
  cores: 4,
  ram: { size: 2 ** 30, read: (_, length) => new Uint8Array(length), write: () => undefined },
  hypervisor: true,
  secure: true,
  cpu: coreModels['cortex-a53'],
  epoch: 0,
  seed: 0n,
  power: { systemOff: () => undefined, systemReset: () => undefined },
  coreInputs: { irq: () => undefined, fiq: () => undefined },
});

const MiB = 2 ** 20;
const raw = (size = 400): NonNullable<BootInputs['kernel']> => ({
  name: 'kernel8.img',
  content: { format: 'raw', bytes: new Uint8Array(size) },
});
const initrd = { name: 'initrd', bytes: new Uint8Array(5000).fill(1) };
const segmentsOf = (inputs: BootInputs) =>
  Object.fromEntries(planBoot(inputs, board).segments.map((segment) => [segment.name, segment]));
const places = (inputs: BootInputs) =>
  Object.values(segmentsOf(inputs)).map(({ name, address }) => `${name} ${address.toString(16)}`);

function devicetree() {
  const tree = deviceTree(node('', { '#address-cells': cells(1), '#size-cells': cells(1) }));
  return { name: 'pi.dtb', tree, size: writeFdt(tree).length };
}

describe('on raspi3b', () => {
  it('raw code is at 0x80000, with a list of tags where there is no devicetree', () => {
    const segments = segmentsOf({ kernel: raw(), initrd, append: 'console=ttyS1,115200 quiet' });
    const { 'kernel8.img': kernel, 'reset stub': stub, tags } = segments;
    expect([kernel.address, segments.initrd.address, tags.address]).toEqual([0x8_0000, 0x800_0000, 0x100]);
    expect(Buffer.from(stub.bytes).readUInt32LE(0x18)).toBe(0x100);
    const found = [...new Uint32Array(tags.bytes.slice().buffer)].map((word) => word.toString(16));
    expect(found.join(' ')).toBe(
      '5 54410001 1 1000 0 4 54410002 3c000000 0 4 54420005 8000000 1388 ' +
        '9 54410009 736e6f63 3d656c6f 53797474 31312c31 30303235 69757120 7465 0 0',
    );
  });

  it('a devicetree is 2 MiB above the initial ramdisk, with as much room as QEMU leaves in it', () => {
    const given = devicetree();
    const { 'pi.dtb': dtb } = segmentsOf({ kernel: raw(), initrd, devicetree: given });
    expect([dtb.address, dtb.bytes.length]).toEqual([0x820_0000, 2 * (given.size + 10_000)]);
    const read = readFdt(dtb.bytes);
    expect(findNode(read, '/memory@0')?.properties.get('reg')).toEqual(cells(0, 0x3c00_0000));
    expect(read.root.children.map(({ name }) => name)).not.toContain('psci');
  });

  it('firmware is at 0x80000 and the devicetree at 0, where all cores start, at EL3', () => {
    const inputs = { firmware: { name: 'fw', bytes: new Uint8Array(100) }, devicetree: devicetree() };
    expect(places(inputs)).toEqual(['fw 80000', 'pi.dtb 0']);
    const start = { powered: true, pc: 0, el: 3, x0: 0 };
    expect(planBoot(inputs, board).cores).toEqual([start, start, start, start]);
    expect(planBoot({}, board)).toMatchObject({ segments: [], cores: [start, start, start, start] });
  });

  it('what does not fit is refused in one line', () => {
    expect(() => planBoot({ firmware: { name: 'fw', bytes: new Uint8Array(0) } }, board)).toThrow(
      new BootError('fw: expected firmware, found an empty file'),
    );
    expect(() => planBoot({ kernel: raw(960 * MiB) }, board)).toThrow(
      new BootError('kernel8.img: needs 0x80000..0x3c080000, but RAM is 0x0..0x3c000000'),
    );
    expect(() => planBoot({ kernel: raw(), append: 'x'.repeat(600) }, board)).toThrow(
      new BootError('command line of 600 bytes, expected 144 fewer without a devicetree'),
    );
  });
});
