import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sdWriter } from '../../tests/programs/sd-writer.js';
import { usbDevice, type UsbSpecification } from '../machine/index.js';
import { openDiskFile } from './files/index.js';
import { parseDrive, plugDrives } from './run/drives.js';
import { run } from './test-run.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-drive-'));
afterAll(() => rmSync(directory, { recursive: true }));
const path = (name: string): string => join(directory, name);
const file = (name: string, content: Uint8Array | string): string => {
  writeFileSync(path(name), content);
  return path(name);
};
const unexpected = (error: Error): never => {
  throw error;
};

const BLOCKS = 1024;
const kernel = file('writer.bin', sdWriter(BLOCKS, 100));
const boot = (...words: string[]) => run('boot', '-M', 'raspi3b', '--kernel', kernel, '-q', ...words);
/** The first word of a block. */
const wordAt = (image: string, block: number): number => readFileSync(image).readUInt32LE(block * 512);
const until = (line: number): string[] => ['--until', line.toString(16).padStart(8, '0')];

describe('--drive', () => {
  it.each([
    ['root.img', { path: 'root.img' }],
    ['root.img,format=raw,readonly', { path: 'root.img', isRaw: true, readOnly: true }],
    ['id=hd-root,format=raw,file=./root.img', { path: './root.img', isRaw: true, id: 'hd-root' }],
    [
      'if=sd,index=0,media=disk,file=a,,b=c,snapshot=on,readonly=off',
      { path: 'a,b=c', isLoose: false, readOnly: false, snapshot: true },
    ],
  ])('takes %s', (text, expected) => expect(parseDrive(text)).toEqual(expected));

  it('is had by the memory stick that asks for it, and by nobody else', () => {
    const stick = (drive: string) => ({ ...usbDevice('usb-storage'), drive }) as UsbSpecification;
    const drives = [{ path: 'a' }, { path: 'b', id: 'b', isLoose: true }];
    expect(plugDrives([stick('b')], drives)).toEqual([{ ...stick('b'), disk: 1 }]);
    const refused: readonly (readonly [readonly UsbSpecification[], string])[] = [
      [[], '--drive b: if=none, and no device has it'],
      [[stick('')], 'drive property not set'],
      [[stick('c')], "Property 'usb-storage.drive' can't find value 'c'"],
      [[stick('b'), stick('b')], "Drive 'b' is already in use by another device"],
    ];
    for (const [devices, message] of refused) expect(() => plugDrives(devices, drives)).toThrow(message);
  });

  it.each([
    ['', 'expected a file.'],
    ['readonly', 'expected a file.'],
    ['root.img,format=qcow2', 'expected format=raw, found format=qcow2.'],
    ['root.img,if=virtio', 'expected if=sd or if=none, found if=virtio.'],
    ['root.img,snapshot=yes', "expected on or off, found 'yes'."],
    [
      'root.img,cache=none',
      "'cache=none': expected one of file, format, id, if, index, media, readonly, snapshot, with a value.",
    ],
    [
      'root.img,other.img',
      "'other.img': expected one of file, format, id, if, index, media, readonly, snapshot, with a value.",
    ],
  ])('refuses %s in one line', async (text, message) => {
    const { status, error } = await boot('--drive', text);
    expect([status, error]).toEqual([
      2,
      `firstlight: boot: option '--drive <file>' argument '${text}' is invalid. ${message}\n`,
    ]);
  });

  it('refuses files that are no disks in one line', async () => {
    const cases: [string, string][] = [
      [path('absent'), `${path('absent')}: no such file or directory`],
      [directory, `${directory}: is a directory, expected a file`],
      ['/dev/null', '/dev/null: expected a file with the content of a disk'],
      [file('empty', ''), `${path('empty')}: expected a disk with something in it, found an empty file`],
      [
        file('q.qcow2', 'QFI\xfb'),
        `${path('q.qcow2')}: expected a raw image, found qcow2 (qemu-img convert -O raw; format=raw takes it as it is)`,
      ],
    ];
    writeFileSync(path('q.qcow2'), Buffer.from('514649fb00000003', 'hex'));
    for (const [name, message] of cases) {
      const { status, error } = await boot('--drive', name);
      expect([status, error]).toEqual([2, `firstlight: ${message}\n`]);
    }
    const image = file('two', new Uint8Array(512));
    const two = await boot('--drive', image, '--drive', kernel);
    expect([two.status, two.error]).toEqual([
      2,
      'firstlight: board raspi3b: 2 disks asked for, it has room for 1\n',
    ]);
    const virt = await run('boot', '--kernel', kernel, '--drive', image);
    expect([virt.status, virt.error]).toEqual([
      2,
      'firstlight: board virt: 1 disk asked for, it has room for none\n',
    ]);
    const save = await boot('--drive', image, '--save', image);
    expect(save.error).toContain('expected another file for --save, since --drive has this one');
    expect(readdirSync(directory).filter((name) => name.includes('firstlight-'))).toEqual([]);
  });

  it('writes to the file, of any size, and makes it longer only where the guest writes', async () => {
    const image = file('any', new Uint8Array(1000));
    const { status, out } = await boot('--drive', image, ...until(9));
    expect([status, out.split('\n').length]).toEqual([0, 10]);
    expect(statSync(image).size).toBe(10 * 512);
    expect([0, 5, 9].map((block) => wordAt(image, block))).toEqual([0, 5, 9]);
    expect(readdirSync(directory).filter((name) => name.startsWith('.any'))).toEqual([]);
  });

  it('leaves the file as it is with readonly and snapshot', async () => {
    const image = file('kept', new Uint8Array(4096).fill(7));
    for (const how of ['readonly', 'snapshot']) {
      expect((await boot('--drive', `${image},${how}`, ...until(20))).status).toBe(0);
      expect(readFileSync(image)).toEqual(Buffer.alloc(4096, 7));
    }
  });

  it('goes on from a snapshot with the disk as it was then, and refuses another one', async () => {
    const image = file('saved', new Uint8Array(2 ** 16));
    const saved = path('saved.snapshot');
    await boot('--drive', image, ...until(9), '--save', saved);
    const load = (...words: string[]) => run('boot', '-q', '--load', saved, ...words);
    expect((await load('--drive', `${image},snapshot`, ...until(19))).out).toContain('00000013');
    expect(wordAt(image, 15)).toBe(0);
    expect((await load('--drive', image, ...until(19))).status).toBe(0);
    expect(wordAt(image, 15)).toBe(15);
    const changed = await load('--drive', image);
    expect(changed.status).toBe(2);
    expect(changed.error).toMatch(
      /saved: the disk has changed since .*saved.snapshot was saved: expected SHA-256/,
    );
    expect((await load()).error).toBe(
      `firstlight: ${saved}: expected the disk it was saved with, ${image}, found none\n`,
    );
    expect((await load('--drive', `${image},readonly`)).error).toContain(
      'expected a disk that is written to',
    );
  });

  it('has in a snapshot what was kept aside', async () => {
    const image = file('aside', new Uint8Array(2 ** 16).fill(0xff));
    const saved = path('aside.snapshot');
    await boot('--drive', `${image},snapshot`, ...until(20), '--save', saved);
    const refused = await run('boot', '-q', '--load', saved, '--drive', image);
    expect(refused.error).toContain('expected a disk whose changes are kept aside (snapshot)');
    const { out } = await run('boot', '-q', '--load', saved, '--drive', `${image},snapshot`, ...until(24));
    expect(out.split('\n').at(-1)).toBe('00000018');
    expect(readFileSync(image).every((byte) => byte === 0xff)).toBe(true);
  });

  it('is named by its hash in a recording, which replays from the content at the start', async () => {
    const image = file('recorded', new Uint8Array(2 ** 16));
    const [plain, embedded] = [path('plain.recording'), path('embedded.recording')];
    await boot('--drive', `${image},snapshot`, ...until(20), '--record', plain);
    const { status, out } = await run('replay', '-q', plain);
    expect([status, out.split('\n').at(-1)]).toEqual([0, '00000014']);
    await boot('--drive', image, ...until(20), '--record', embedded, '--embed');
    expect(wordAt(image, 20)).toBe(20);
    // Not to the end, where all of the machine is compared.
    expect((await run('replay', '-q', embedded, ...until(9))).status).toBe(0);
    expect(wordAt(image, 20)).toBe(20);
    const changed = await run('replay', '-q', plain);
    expect([changed.status, changed.error]).toEqual([
      2,
      expect.stringMatching(/recorded: the disk has changed: expected SHA-256 [0-9a-f]{64}, found/),
    ]);
    const moved = file('moved', new Uint8Array(2 ** 16));
    expect((await run('replay', '-q', plain, '--file', `recorded=${moved}`, ...until(9))).status).toBe(0);
    expect(readFileSync(moved).every((byte) => byte === 0)).toBe(true);
  });
});

describe('a file behind a disk', () => {
  it('is locked against others that write, and by those that read against who writes', () => {
    const image = file('locked', new Uint8Array(512));
    symlinkSync(image, path('link'));
    const message = (verb: string) =>
      new RegExp(`: ${verb} by process ${process.pid}, expected a disk that nobody else uses`);
    const writer = openDiskFile({ path: image }, unexpected);
    expect(() => openDiskFile({ path: path('link') }, unexpected)).toThrow(message('written to'));
    expect(() => openDiskFile({ path: image, snapshot: true }, unexpected)).toThrow(message('written to'));
    writer.close();
    const readers = [{ readOnly: true }, { snapshot: true }].map((how) =>
      openDiskFile({ path: image, ...how }, unexpected),
    );
    expect(() => openDiskFile({ path: image }, unexpected)).toThrow(message('read'));
    for (const reader of readers) reader.close();
    // What a killed process left, and one whose number another has now.
    for (const [pid, started] of [
      [99_999_999, ''],
      [process.ppid, '1'],
    ] as const)
      file(`.locked.firstlight-writer-${lockHost()}-${pid}-0`, started);
    openDiskFile({ path: image }, unexpected).close();
    expect(readdirSync(directory).filter((name) => name.startsWith('.locked'))).toEqual([]);
    // Of another host nothing is known.
    const foreign = file('.locked.firstlight-writer-elsewhere-7-0', '');
    expect(() => openDiskFile({ path: image }, unexpected)).toThrow('written to by process 7 of elsewhere');
    rmSync(foreign);
  });
});

/** As it is in the names of locks. */
function lockHost(): string {
  const image = file('probe', new Uint8Array(512));
  const open = openDiskFile({ path: image }, unexpected);
  const name = readdirSync(directory).find((each) => each.startsWith('.probe.firstlight-writer-')) ?? '';
  open.close();
  return name.replace('.probe.firstlight-writer-', '').replace(/-\d+-\d+$/, '');
}
