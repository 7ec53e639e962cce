import { describe, expect, it } from 'vitest';
import { bootZircon } from './boot.js';
import { ZirconError } from './error.js';
import { builtInBootImage } from './launch/boot-image.js';
import { hasOption, hexadecimalOption, numericOption, optionValue } from './command-line.js';
import { vdsoConstants } from './abi/vdso-constants.js';
import { vdso } from './images/vdso.js';
import type { Kernel } from './kernel.js';
import { VmoDispatcher } from './objects/vmo.js';
import { PagedVmo } from './vm/paged-vmo.js';

const MEBIBYTE = 2 ** 20;

describe('the words of a kernel command line', () => {
  const line = 'a b=1  c=x=y a.off=off d=false e=0 f=wheee b=2 mixin=0x12aB3 n=-1';
  it('are options with and without values, the last one counts', () => {
    expect(optionValue(line, 'a')).toBe('');
    expect(optionValue(line, 'b')).toBe('2');
    expect(optionValue(line, 'c')).toBe('x=y');
    expect(optionValue(line, 'x')).toBeUndefined();
  });
  it('switch off by 0, false and off only', () => {
    expect(['a', 'b', 'f', 'a.off', 'd', 'e', 'x'].map((name) => hasOption(line, name))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
  it('are numbers if they look like numbers', () => {
    expect(['b', 'a', 'c', 'n', 'x'].map((name) => numericOption(line, name))).toEqual([
      2,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(numericOption(line, 'e', 1)).toBeUndefined();
    expect(hexadecimalOption(line, 'mixin')).toEqual(Uint8Array.of(0x12, 0xab, 0x3));
    expect(hexadecimalOption(line, 'x')).toHaveLength(0);
  });
});

describe('options of docs/kernel_cmdline.md', () => {
  const image = builtInBootImage();
  const boot = (append: string, cores = 1): Kernel =>
    bootZircon(image, { append, cores, ramSize: 256 * MEBIBYTE }).kernel;
  /** A constant as the vDSO holds it. */
  function vdsoConstant(kernel: Kernel, { offset, size }: { offset: number; size: number }): bigint {
    const full = [...kernel.objects.values()].find((object) => object.name === 'vdso/full');
    if (!(full instanceof VmoDispatcher && full.vmo instanceof PagedVmo)) throw new Error('no vDSO');
    const bytes = new Uint8Array(8);
    full.vmo.read(vdso.constants + offset, bytes.subarray(0, size));
    return new DataView(bytes.buffer).getBigUint64(0, true);
  }

  it('kernel.smp.maxcpus caps the number of CPUs', () => {
    const kernel = boot('kernel.smp.maxcpus=2', 4);
    expect(kernel.scheduler.statistics).toHaveLength(2);
    expect(vdsoConstant(kernel, vdsoConstants.max_num_cpus)).toBe(2n);
    expect(boot('kernel.smp.maxcpus=9', 4).cores).toBe(4);
    expect(boot('kernel.smp.maxcpus=0', 4).cores).toBe(4);
  });

  it('kernel.memory-limit-mb leaves memory out', () => {
    const kernel = boot('kernel.memory-limit-mb=64');
    expect(kernel.vm.pages.total).toBe((64 * MEBIBYTE) / 4096);
    expect(vdsoConstant(kernel, vdsoConstants.physmem)).toBe(BigInt(64 * MEBIBYTE));
    expect(boot('kernel.memory-limit-mb=4096').vm.pages.total).toBe((256 * MEBIBYTE) / 4096);
    expect(() => boot('kernel.memory-limit-mb=1')).toThrow(ZirconError);
  });

  it('kernel.entropy-mixin makes other random numbers', () => {
    const draw = (append: string): bigint => boot(append).random.u64();
    expect(draw('kernel.entropy-mixin=01')).not.toBe(draw(''));
    expect(draw('kernel.entropy-mixin=01')).not.toBe(draw('kernel.entropy-mixin=02'));
  });

  it('kernel.serial=none keeps the console silent', () => {
    const { machine } = bootZircon(image, {
      append: 'kernel.serial=none userboot.next=bin/hello userboot.shutdown',
    });
    let text = '';
    machine.onTransmit = (byte) => (text += String.fromCharCode(byte));
    expect(machine.run({ instructions: 50_000_000 })).toBe('powered off');
    expect(text).toBe('');
  });

  it('others, and words that are none, are harmless', () => {
    const { machine } = bootZircon(image, {
      append: `nonsense =x == kernel.smp.ht=false ldso.trace kernel.smp.maxcpus=many kernel.halt-on-panic=true
        kernel.smp.maxcpus=3 userboot.next=bin/hello userboot.shutdown`,
      cores: 4,
    });
    expect(machine.run({ instructions: 50_000_000 })).toBe('powered off');
  });
});
