import { describe, expect, it } from 'vitest';
import { coreModels } from '../engine/index.js';
import { findNode, readFdt, readKernel, stringList, type Elf, type ElfSegment } from '../images/index.js';
import { boards, type Board } from '../machine/index.js';
import { planBoot, type BootInputs } from './boot-plan.js';
import { BootError } from './error.js';

const MiB = 2 ** 20;
const RAM = 0x4000_0000;

/** Board `virt` around memory that nobody looks at. */
function board(mib: number, hypervisor = false): Board {
  return boards.virt.build({
    cores: 2,
    ram: { size: mib * MiB, read: (_, length) => new Uint8Array(length), write: () => undefined },
    hypervisor,
    secure: false,
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
  });
}

type KernelFile = NonNullable<BootInputs['kernel']>;

/** An Image with the given header fields, padded to `size` bytes. */
function image(textOffset: number, imageSize: number, flags: number, size: number): KernelFile {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x1400_0010, true);
  view.setBigUint64(8, BigInt(textOffset), true);
  view.setBigUint64(16, BigInt(imageSize), true);
  view.setBigUint64(24, BigInt(flags), true);
  view.setUint32(56, 0x644d_5241, true);
  return { name: 'Image', content: readKernel(bytes) };
}

const raw: KernelFile = { name: 'raw', content: { format: 'raw', bytes: new Uint8Array(400) } };
const initrd = (size: number) => ({ name: 'initrd', bytes: new Uint8Array(size).fill(1) });

function elf(...segments: { paddr: number; vaddr?: bigint; size: number; memory?: number }[]): Elf {
  const loads = segments.map(({ paddr, vaddr, size, memory }): ElfSegment => ({
    type: 1,
    flags: 5,
    offset: 0x1000n,
    dataOffset: 0x1000,
    virtualAddress: vaddr ?? BigInt(paddr),
    physicalAddress: BigInt(paddr),
    fileSize: BigInt(size),
    memorySize: BigInt(memory ?? size),
    alignment: 0x1000n,
    data: new Uint8Array(size),
  }));
  return {
    type: 2,
    machine: 183,
    osAbi: 0,
    flags: 0,
    entry: loads[0]?.virtualAddress ?? 0n,
    segments: loads,
    sections: [],
    symbols: [],
    segmentProblems: [],
    problems: [],
  };
}

const elfKernel = (content: Elf): KernelFile => ({
  name: 'kernel.elf',
  content: { format: 'elf', elf: content },
});

const placed = (inputs: BootInputs, mib: number): { [name: string]: string } =>
  Object.fromEntries(
    planBoot(inputs, board(mib)).segments.map(({ name, address }) => [name, address.toString(16)]),
  );

/** Addresses from `info roms` of QEMU 7.2's monitor, for the same files and sizes of RAM. */
describe("files are placed as QEMU's board virt places them", () => {
  it.each([
    ['text_offset 0', image(0, 0x162_0000, 0xa, 0x1000), 100, 1024, ['40200000', '48000000', '48200000']],
    ['text_offset 0x80000', image(0x8_0000, 0x20_0000, 2, 0x3000), 0, 1024, ['40080000', , '48000000']],
    [
      'a header without image_size',
      image(0, 0, 0, 0x3000),
      0x30_0001,
      128,
      ['40080000', '44000000', '44400000'],
    ],
    [
      'a kernel beyond 128 MiB',
      image(0, 0xa00_0000, 0xa, 0x1000),
      0x30_0001,
      1024,
      ['40200000', '4a200000', '4a600000'],
    ],
    ['raw code', raw, 100, 64, ['40080000', '42000000', '42200000']],
  ] as const)('%s', (_, kernel, initrdSize, mib, [kernelAt, initrdAt, devicetreeAt]) => {
    const inputs = initrdSize === 0 ? { kernel } : { kernel, initrd: initrd(initrdSize) };
    expect(placed(inputs, mib)).toEqual({
      'reset stub': '40000000',
      [kernel.name]: kernelAt,
      ...(initrdAt === undefined ? {} : { initrd: initrdAt }),
      devicetree: devicetreeAt,
    });
  });

  it('an ELF file, at its physical addresses, its virtual entry translated', () => {
    const content = elf({ paddr: RAM + MiB, vaddr: 0xffff_0000_0010_0000n, size: 16 });
    const plan = planBoot({ kernel: elfKernel(content) }, board(128));
    expect(plan.segments.map(({ name, address }) => [name, address])).toEqual([
      ['kernel.elf', RAM + MiB],
      ['devicetree', RAM],
    ]);
    expect(plan.cores[0]).toEqual({ powered: true, pc: RAM + MiB, el: 1, x0: RAM });
  });
});

describe('the start', () => {
  it("is QEMU's reset stub, which loads X0 to X3 and branches to the kernel", () => {
    const plan = planBoot({ kernel: image(0, 0x10_0000, 0xa, 0x1000) }, board(1024));
    const { bytes } = plan.segments[0];
    expect([...new Uint32Array(bytes.buffer)].map((word) => word.toString(16))).toEqual(
      // ldr x0, argument; mov x1, xzr; mov x2, xzr; mov x3, xzr; ldr x4, entry; br x4
      [
        '580000c0',
        'aa1f03e1',
        'aa1f03e2',
        'aa1f03e3',
        '58000084',
        'd61f0080',
        '48000000',
        '0',
        '40200000',
        '0',
      ],
    );
    expect(plan.kernelEntry).toBe(0x4020_0000);
    expect(plan.devicetree).toBe(0x4800_0000);
  });

  it.each([1, 2] as const)('is at EL%i; other cores wait for PSCI', (el) => {
    expect(planBoot({ kernel: raw }, board(64, el === 2)).cores).toEqual([
      { powered: true, pc: RAM, el, x0: 0 },
      { powered: false, pc: RAM, el, x0: 0 },
    ]);
  });

  it('without a devicetree, where neither board nor user has one, is with 0 in its place', () => {
    const plan = planBoot(
      { kernel: raw },
      {
        ...board(64),
        entryLevel: () => 1,
        startUp: (program) => board(64).startUp(program),
        deviceTree: () => undefined,
      },
    );
    expect(plan.devicetree).toBeUndefined();
    expect(plan.segments.map(({ name }) => name)).toEqual(['reset stub', 'raw']);
    expect([...plan.segments[0].bytes.subarray(24, 32)]).toEqual(Array(8).fill(0));
  });
});

describe('/chosen', () => {
  const chosen = (inputs: BootInputs) => {
    const blob = planBoot(inputs, board(1024)).segments.at(-1);
    const tree = readFdt(blob?.bytes ?? new Uint8Array());
    return findNode(tree, '/chosen') ?? expect.fail('no /chosen');
  };

  it('says the command line, the initrd and the console', () => {
    const at = chosen({ kernel: raw, initrd: initrd(100), append: 'console=ttyAMA0' });
    expect(stringList(at, 'bootargs')).toEqual(['console=ttyAMA0']);
    expect(stringList(at, 'stdout-path')).toEqual(['/pl011@9000000']);
    expect(Buffer.from(at.properties.get('linux,initrd-end') ?? []).readUIntBE(2, 6)).toBe(0x4800_0064);
    expect(at.properties.has('rng-seed')).toBe(false);
  });

  it('has seeds that depend on the recorded seed only', () => {
    const seeds = (seed: bigint) => {
      const { properties } = chosen({ kernel: raw, seed });
      return [properties.get('rng-seed'), properties.get('kaslr-seed')];
    };
    expect(seeds(7n)).toEqual(seeds(7n));
    expect(seeds(7n)).not.toEqual(seeds(8n));
    expect(seeds(7n).map((value) => value?.length)).toEqual([32, 8]);
  });

  it('is filled in and the memory set in a given devicetree, which itself stays as it was', () => {
    const properties = new Map([['#address-cells', Uint8Array.of(0, 0, 0, 2)]]);
    properties.set('#size-cells', Uint8Array.of(0, 0, 0, 2));
    const given = { root: { name: '', properties, children: [] }, reservations: [], bootCpu: 0 };
    const inputs = { kernel: raw, devicetree: { name: 'board.dtb', tree: given }, append: 'quiet' };
    const blob = planBoot(inputs, board(64)).segments.find(({ name }) => name === 'board.dtb');
    const tree = readFdt(blob?.bytes ?? new Uint8Array());
    expect(tree.root.children.map(({ name }) => name).sort()).toEqual(['chosen', 'memory@40000000', 'psci']);
    expect(given.root.children).toEqual([]);
  });
});

describe('what does not fit is refused in one line', () => {
  const refusal = (inputs: BootInputs, mib: number): string => {
    try {
      planBoot(inputs, board(mib));
    } catch (error) {
      if (error instanceof BootError) return error.message;
      throw error;
    }
    return expect.fail('it was accepted');
  };

  it.each([
    [
      'a kernel larger than RAM',
      { kernel: image(0, 0x162_0000, 0xa, 0x1000) },
      16,
      'Image: needs 0x40200000..0x41820000, but RAM is 0x40000000..0x41000000; give the machine at least 25 MiB',
    ],
    [
      'an initrd beyond the end of RAM',
      { kernel: raw, initrd: initrd(9 * MiB) },
      16,
      'initrd: needs 0x40800000..0x41100000, but RAM is 0x40000000..0x41000000; give the machine at least 17 MiB',
    ],
    [
      'an empty initrd',
      { kernel: raw, initrd: initrd(0) },
      64,
      'initrd: expected an initial ramdisk, found an empty file',
    ],
    [
      'an ELF file neither in RAM nor in flash',
      { kernel: elfKernel(elf({ paddr: 0x900_0000, size: 16 })) },
      64,
      'kernel.elf: needs 0x9000000..0x9000010, but RAM is 0x40000000..0x44000000',
    ],
    [
      'ELF segments over each other',
      { kernel: elfKernel(elf({ paddr: RAM, size: 16, memory: 0x2000 }, { paddr: RAM + 0x1000, size: 16 })) },
      64,
      'kernel.elf (segment 1): 0x40001000..0x40001010 overlaps kernel.elf (segment 0) at 0x40000000..0x40002000',
    ],
    [
      'an ELF file with nothing to load',
      { kernel: elfKernel(elf()) },
      64,
      'kernel.elf: expected an ELF file with a segment to load, found none',
    ],
  ] satisfies [string, BootInputs, number, string][])('%s', (_, inputs, mib, message) => {
    expect(refusal(inputs, mib)).toBe(message);
  });
});
