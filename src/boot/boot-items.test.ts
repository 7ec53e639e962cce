import { describe, expect, it } from 'vitest';
import { coreModels } from '../engine/index.js';
import {
  kernelDriverPayload,
  kernelDrivers,
  readZbi,
  verifyZbi,
  writeZbi,
  zbiFields,
  zbiType,
  zbiTypeName,
} from '../images/index.js';
import { boards, type Board } from '../machine/index.js';
import { bootItems, commandLineItems, loadedBootImage, withItems } from './boot-items.js';

const MiB = 2 ** 20;
const virt: Board = boards.virt.build({
  cores: 3,
  ram: { size: 512 * MiB, read: (_, length) => new Uint8Array(length), write: () => undefined },
  hypervisor: false,
  secure: false,
  cpu: coreModels['cortex-a53'],
  epoch: 0,
  seed: 0n,
  power: { systemOff: () => undefined, systemReset: () => undefined },
  coreInputs: { irq: () => undefined, fiq: () => undefined },
});
const bytes = (...values: number[]) => Uint8Array.from(values);
const text = (value: string) => new TextEncoder().encode(value);
const bootfs = { type: zbiType.STORAGE_BOOTFS, payload: bytes(0xf9, 0x3f, 0x6d, 0xa5, ...Array(12).fill(0)) };
const names = (image: Uint8Array) => readZbi(image).items.map(({ type }) => zbiTypeName(type));

/** The payload as hexadecimal words of 32 bits. */
const words = (payload: Uint8Array) =>
  Array.from(new Uint32Array(payload.slice().buffer), (word) => word.toString(16)).join(' ');

describe('the items of board virt', () => {
  const items = bootItems(virt);
  const payloadOf = (type: number, extra = 0) =>
    words(items.find((item) => item.type === type && (item.extra ?? 0) === extra)?.payload ?? bytes());

  it('are in the order of the loader for QEMU', () => {
    expect(items.map(({ type, extra }) => [zbiTypeName(type), extra?.toString(16)])).toEqual([
      ['CPU_CONFIG', undefined],
      ['MEM_CONFIG', undefined],
      ['KERNEL_DRIVER', '55304c50'],
      ['KERNEL_DRIVER', '32434947'],
      ['KERNEL_DRIVER', '49435350'],
      ['KERNEL_DRIVER', '4d495441'],
      ['PLATFORM_ID', undefined],
    ]);
  });

  // Word by word as <zircon/boot/image.h> and <zircon/boot/driver-config.h> lay them out for arm64, with QEMU's addresses.
  it('have the layout of the public headers', () => {
    const zeros = (count: number) => Array(count).fill('0').join(' ');
    expect(payloadOf(zbiType.CPU_CONFIG)).toBe('1 0 0 0 3 0 0 0');
    expect(payloadOf(zbiType.MEM_CONFIG)).toBe('40000000 0 20000000 0 1 0 0 0 40000000 0 2 0');
    const driver = (name: keyof typeof kernelDrivers) =>
      payloadOf(zbiType.KERNEL_DRIVER, kernelDrivers[name].extra);
    expect(driver('PL011_UART')).toBe('9000000 0 21 0');
    expect(driver('ARM_GIC_V2')).toBe('8000000 0 8020000 0 0 0 10000 0 30000 0 40000 0 0 101');
    expect(driver('ARM_PSCI')).toBe(`1 0 ${zeros(24)}`);
    expect(driver('ARM_GENERIC_TIMER')).toBe('1e 1b 0 0');
    expect(payloadOf(zbiType.PLATFORM_ID)).toBe(`1 1 756d6571 ${zeros(7)}`);
  });

  it('say what they say to those who list them', () => {
    const { items: read } = readZbi(writeZbi(items));
    expect(verifyZbi(readZbi(writeZbi(items)))).toBe('partial');
    expect(zbiFields(read[6])).toEqual({ vendor: 1, product: 1, board: 'qemu' });
    expect(zbiFields(read[5])).toEqual({
      driver: 'ARM_GENERIC_TIMER',
      irqPhys: 30,
      irqVirt: 27,
      irqSphys: 0,
      freqOverride: 0,
    });
    expect(zbiFields(read[4])).toMatchObject({
      driver: 'ARM_PSCI',
      useHvc: true,
      shutdownArgs: [0n, 0n, 0n],
    });
    expect(zbiFields(read[3])).toMatchObject({ gicvOffset: 0x40000n, optional: true, useMsi: true });
  });

  it('leave out what a board does not have', () => {
    const without = { ...virt, cores: 1, ram: virt.ram, psci: undefined, kernelDevices: undefined };
    expect(bootItems(without).map(({ type }) => zbiTypeName(type))).toEqual(['CPU_CONFIG', 'MEM_CONFIG']);
    const { kernelDevices } = virt;
    const found = bootItems({ ...without, kernelDevices }).map(({ extra }) => extra);
    expect(found).not.toContain(kernelDrivers.ARM_PSCI.extra);
  });
});

describe('kernel drivers', () => {
  // sizeof and the offset of the last member, as clang has them for aarch64.
  it.each([
    ['PL011_UART', 16],
    ['MT8167_UART', 24],
    ['ARM_PSCI', 104],
    ['ARM_GIC_V2', 56],
    ['ARM_GIC_V3', 48],
    ['ARM_GENERIC_TIMER', 16],
    ['HISILICON_POWER', 16],
    ['AMLOGIC_HDCP', 24],
  ] as const)('%s: %i bytes', (name, size) => {
    expect(kernelDriverPayload(name, {}).length).toBe(size);
  });

  it('of other systems are left alone, and known ones that are cut off are refused', () => {
    const item = (extra: number, payload: Uint8Array) =>
      readZbi(writeZbi([{ type: zbiType.KERNEL_DRIVER, extra, payload }])).items[0];
    expect(zbiFields(item(0x1234, bytes(1)))).toEqual({});
    expect(() => zbiFields(item(kernelDrivers.PL011_UART.extra, new Uint8Array(8)))).toThrow(
      'expected the structure of PL011_UART (12 bytes)',
    );
  });
});

describe('a loaded boot image', () => {
  it('has what the file has but for its kernel, then the items', () => {
    const kernel = { type: zbiType.KERNEL_ARM64, payload: new Uint8Array(24) };
    const file = writeZbi([kernel, bootfs, ...commandLineItems('one')]);
    const padded = new Uint8Array(file.length + 100);
    padded.set(file);
    const image = loadedBootImage(padded, [...commandLineItems(' two '), ...bootItems(virt)]);
    expect(names(image).slice(0, 4)).toEqual(['STORAGE_BOOTFS', 'CMDLINE', 'CMDLINE', 'CPU_CONFIG']);
    expect(zbiFields(readZbi(image).items[2])).toEqual({ text: 'two' });
    expect(names(image)).toHaveLength(10);
    expect(() => verifyZbi(readZbi(image))).not.toThrow();
  });

  it('stays as it is if it is none', () => {
    const none = text('not an image at all, but long enough for a header');
    expect(loadedBootImage(none, bootItems(virt))).toBe(none);
  });

  it('gets others in place of those that tell of the board', () => {
    const platform = { type: zbiType.PLATFORM_ID, payload: new Uint8Array(40) };
    const crashlog = { type: zbiType.CRASHLOG, payload: text('boom') };
    const gic = { type: zbiType.KERNEL_DRIVER, extra: kernelDrivers.ARM_GIC_V2.extra, payload: bytes(1) };
    const items = withItems(bootItems(virt), [platform, crashlog, gic]);
    expect(items).toHaveLength(8);
    expect(items.slice(-3)).toEqual([platform, crashlog, gic]);
  });
});
