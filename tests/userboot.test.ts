import { describe, expect, it } from 'vitest';
import { writeBootfs, writeZbi, zbiType } from '../src/images/index.js';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { bootZircon, builtInFiles, type ZirconOptions } from '../src/zircon/index.js';
import { programs as probes } from './programs/zircon/index.js';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const hello = builtInFiles().get('bin/hello') ?? new Uint8Array();

/** A boot image of these files. */
function bootImage(files: Readonly<Record<string, Uint8Array>>, compress = true): Uint8Array {
  const payload = writeBootfs(Object.entries(files).map(([name, data]) => ({ name, data })));
  return writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload, compress }]);
}

/** Runs an image until nothing happens any more; userboot's lines lose their time and ids. */
function boot(
  image: Uint8Array,
  append: string,
  options: ZirconOptions = {},
): { lines: string[]; end: string } {
  const { machine } = bootZircon(image, { ramSize: 2 ** 28, append, ...options });
  let console = '';
  machine.onTransmit = (byte) => (console += String.fromCharCode(byte));
  let end: string = machine.run({ instructions: 200e6 });
  if (end === 'limit') end = 'still running';
  const lines = console
    .replaceAll('\r', '')
    .split('\n')
    .filter((line) => line !== '');
  return { lines: lines.map((line) => line.replace(/^\[[\d.]+\] \d+\.\d+> /, '')), end };
}

describe('userboot', () => {
  const image = bootImage({ 'bin/hello': hello, 'data/text': text('text') });

  it('starts the program of userboot.next with its arguments, and powers off when it has ended', () => {
    const { lines, end } = boot(image, 'userboot.next=bin/hello+a+b userboot.shutdown');
    expect(lines.slice(3)).toEqual([
      'userboot: loading bin/hello',
      'userboot: bin/hello started',
      'hello from bin/hello a b',
      'userboot: bin/hello exited with 0',
      'userboot: shutting down',
    ]);
    expect(lines[0]).toMatch(/^userboot: bootstrap message of \d+ bytes with 11 handles$/);
    expect(lines[1]).toMatch(/^userboot: BOOTFS at 0x20 of the boot image: \d+ bytes, LZ4$/);
    expect(lines[2]).toMatch(/^userboot: BOOTFS is \d+ bytes with 2 files$/);
    expect(end).toBe('powered off');
  });

  it('does the same on four cores, without ASLR, from an image that is not compressed', () => {
    const plain = bootImage({ 'bin/hello': hello }, false);
    const { lines, end } = boot(plain, 'aslr.disable userboot=bin/hello userboot.shutdown', { cores: 4 });
    expect(lines).toContain('hello from bin/hello');
    expect(end).toBe('powered off');
  });

  it('goes at once if it is not to wait', () => {
    const { lines, end } = boot(image, 'userboot.next=bin/hello');
    expect(lines).toContain('userboot: done');
    expect(lines).toContain('hello from bin/hello');
    expect(end).not.toBe('powered off');
  });

  const missing = 'no such file in BOOTFS; userboot.next=FILE starts one that it has: bin/hello';
  it.each([
    ['a missing file', 'userboot.next=bin/none', `userboot: bin/none: ${missing}`],
    ['no default program', '', `userboot: bin/component_manager: ${missing}`],
    [
      'a file that is no program',
      'userboot.next=data/text',
      'userboot: data/text: file too small for an ELF header, at 0x4',
    ],
    ['no file', 'userboot.next=', 'userboot: userboot.next names no file'],
    [
      'a name with controls',
      'userboot.next=bin/e\x1b[31m\x7f\u009b1m',
      `userboot: bin/e\\x1b[31m\\x7f\\xc2\\x9b1m: ${missing}`,
    ],
  ])('says so and stops: %s', (_, append, line) => {
    const { lines, end } = boot(image, `${append} userboot.shutdown`);
    expect(lines.at(-1)).toBe(line);
    expect(end).not.toBe('still running');
  });

  const [none, nothing] = [new Uint8Array(), 'no such file in BOOTFS, which has'];
  it.each([
    [
      'of a system of 2018',
      ['bin/aaa', 'bin/bootsvc', 'bin/devmgr'],
      `${nothing} bin/bootsvc: userboot.next=bin/bootsvc starts that`,
    ],
    ['without programs', ['lib/a', 'bi', 'bin/'], `${nothing} no programs in bin`],
    [
      'with many',
      ['a', 'e', 'b', 'd', 'c', 'x'.repeat(200)].map((name) => `bin/${name}`),
      'no such file in BOOTFS; userboot.next=FILE starts one that it has: bin/a, bin/e, bin/b, bin/d',
    ],
  ])('names what an image %s has to start', (_, names, line) => {
    const { lines } = boot(bootImage(Object.fromEntries(names.map((name) => [name, none]))), '');
    expect(lines.at(-1)).toBe(`userboot: bin/component_manager: ${line}`);
  });

  /** The first item's flag for its CRC-32 cleared, and the number that stands in its place then. */
  const withoutCrc = (image: DataView): DataView => {
    image.setUint32(44, 0x10001, true);
    image.setUint32(60, 0x4a87e8d6, true);
    return image;
  };
  const damage: [string, (view: DataView) => void, RegExp][] = [
    [
      'container',
      (v) => v.setUint32(0, 0),
      /^userboot: boot image: boot image is not a ZBI container, at 0x0$/,
    ],
    ['item magic', (v) => v.setUint32(32 + 24, 1), /ZBI item has a wrong magic \(not 0xb5781729\), at 0x20$/],
    ['payload', (v) => v.setUint8(200, v.getUint8(200) ^ 1), /ZBI item's CRC32 is wrong, at 0x20$/],
    ['item type', (v) => v.setUint32(32, 0x12345678), /ZBI holds no item of the type wanted/],
    [
      'item length',
      (v) => v.setUint32(36, 0xfffffff0, true),
      /ZBI item beyond the container's end, at 0x20$/,
    ],
    ['header', (v) => v.setUint32(40, 0xfffff000, true), /ZBI item's CRC32 is wrong, at 0x20$/],
    [
      'content size',
      (v) => withoutCrc(v).setUint32(40, 0xfffff000, true),
      /BOOTFS of 4294963200 bytes is larger than memory/,
    ],
    ['no content', (v) => withoutCrc(v).setUint32(40, 0, true), /BOOTFS item is empty, at 0x20$/],
  ];

  it.each(damage)('names what is wrong with a boot image: %s', (_, patch, line) => {
    const bytes = Uint8Array.from(image);
    patch(new DataView(bytes.buffer));
    const { lines, end } = boot(bytes, '');
    expect(lines.at(-1)).toMatch(/^userboot: /);
    expect(lines.at(-1)).toMatch(line);
    expect(end).not.toBe('still running');
  });
});

describe('userboot with a dynamic linker', () => {
  const image = bootImage({
    'bin/probed': decodeBase64(probes.probed),
    'lib/probe.so.1': decodeBase64(probes['linker-probe']),
    'lib/one': text('plain 1'),
    'lib/two': text('plain 2'),
    'lib/asan/one': text('asan 1'),
    'lib/dfsan/three': text('dfsan 3'),
  });
  const { lines, end } = boot(image, 'userboot.next=bin/probed+x userboot.shutdown a=b');
  const beginning = (start: string): string[] => lines.filter((line) => line.startsWith(start));

  it('sends the linker its message first: handles in the order of the protocol, LD_DEBUG', () => {
    expect(beginning('first')).toEqual([
      'first status=0 handle=14 handle=35 handle=1 handle=4 handle=5 handle=2 handle=10',
      'first arguments=0 environment=1 LD_DEBUG=1',
    ]);
  });

  it('then the main message: the kernel’s handles, BOOTFS, arguments and command line', () => {
    expect(beginning('main')).toEqual([
      'main status=0 handle=11 handle=10011 handle=20011 handle=1a handle=3f handle=13 handle=1 handle=2' +
        ' handle=3 handle=4 handle=1c handle=1b',
      'main arguments=2 bin/probed x environment=3 userboot.next=bin/probed+x userboot.shutdown= a=b',
    ]);
  });

  it('places linker, stack and vDSO in the upper half, and frees the lower; the stack is as large as asked', () => {
    expect(beginning('places')).toEqual(['places code=1 stack=1 vdso=1 low=0']);
    expect(beginning('stack')).toEqual([`stack size=${0x21000}`]);
  });

  it('answers the loader service’s requests', () => {
    // Duplicate, transfer, read, execute, map, get property, wait, inspect: not write.
    const rights = 'rights=c077';
    const none = (ordinal: number, name: string, rv: number, bytes: number): string =>
      `ordinal=${ordinal}${name} call=0 bytes=${bytes} handles=0 echoed=${ordinal} rv=${rv} object=0`;
    const object = (name: string, content: string): string =>
      `ordinal=2 ${name} call=0 bytes=24 handles=1 echoed=2 rv=0 object=ffffffff read=0 ${content} ${rights}`;
    expect(beginning('ordinal').map((line) => line.replace(/ +/g, ' '))).toEqual([
      object('one', 'plain 1'),
      none(2, ' missing', -25, 24),
      none(2, '', -25, 24),
      none(4, ' asan', 0, 20),
      object('one', 'asan 1'),
      object('two', 'plain 2'),
      none(4, ' !dfsan', 0, 20),
      none(2, ' two', -25, 24),
      object('three', 'dfsan 3'),
      none(4, '', 0, 20),
      object('two', 'plain 2'),
      none(4, ' dfsan!', 0, 20),
      none(2, ' two', -25, 24),
      object('three', 'dfsan 3'),
      none(4, ' !', -10, 20),
      none(3, ' /boot/bin/sh', -2, 24),
      none(8, ' x', -2, 24),
      none(7, ' sink', -2, 20),
      none(5, '', -2, 20),
    ]);
    expect(lines).toContain('done status=0');
  });

  it('waits for the program that it started', () => {
    expect(lines.slice(-2)).toEqual(['userboot: bin/probed exited with 42', 'userboot: shutting down']);
    expect(end).toBe('powered off');
  });
});

describe('the vDSO', () => {
  it('carries out its own calls', () => {
    const image = bootImage({ 'bin/vdso-probe': decodeBase64(probes['vdso-probe']) });
    const { lines, end } = boot(image, 'userboot.next=bin/vdso-probe userboot.shutdown', { cores: 2 });
    const [time, system, names, caches, call, unmap] = lines.slice(5);
    expect(time).toBe('frequency=62500000 ticks=1 deadline=1 infinite=1');
    // FP, ASIMD, AES, PMULL, SHA1, SHA2, CRC32: a Cortex-A53.
    expect(system).toBe(`cpus=2 memory=${2 ** 28} line=64 features=0 bits=ff other=-2 version=0 short=-15`);
    expect(names).toBe('ZX_OK ZX_ERR_PROTOCOL_NOT_SUPPORTED (UNKNOWN)');
    // Instruction, data, both, data and invalidate, all: the rest are no options.
    expect(caches).toBe(
      'random=1 flush=-10 flush=0 flush=0 flush=0 flush=-10 flush=-10 flush=0 flush=0 flush=-10',
    );
    expect(call).toBe('call=0 answer=42 closed=-11');
    expect(unmap).toBe('unmap=-11');
    expect(end).toBe('powered off');
  });

  it('takes its ticks from the monotonic clock with vdso.soft_ticks', () => {
    const image = bootImage({ 'bin/vdso-probe': decodeBase64(probes['vdso-probe']) });
    const { lines } = boot(image, 'vdso.soft_ticks userboot.next=bin/vdso-probe userboot.shutdown');
    expect(lines[5]).toBe('frequency=1000000000 ticks=1 deadline=1 infinite=1');
  });
});
