/** A memory stick by bulk-only transport, without a controller; what QEMU answers is in tests/data/usb. */
import { describe, expect, it } from 'vitest';
import { Disk, MemoryStore } from '../../disk/index.js';
import { UsbPort } from '../port.js';
import { Transaction } from '../transaction.js';
import { UsbStorage } from './storage.js';

const BLOCK = 512;
const nobody = { attached: () => undefined, detached: () => undefined, wakeUp: () => undefined };

function stick(content: Uint8Array, readOnly = false): { stick: UsbStorage; disk: Disk } {
  const disk = new Disk({ name: 'stick', store: new MemoryStore(content), readOnly });
  const port = new UsbPort(nobody, '1', 0, ['full', 'high']);
  const plug = { port, listener: { stirred: () => undefined }, strings: new Map<number, string>() };
  const identity = { isRemovable: false, serial: undefined, drive: 'stick' };
  const device = new UsbStorage(plug, undefined, disk, identity);
  device.reset();
  return { stick: device, disk };
}

function send(device: UsbStorage, bytes: Uint8Array): string {
  const transaction = new Transaction('out', 2, bytes);
  device.handle(transaction);
  return transaction.outcome;
}
function fetch(device: UsbStorage, length: number): Uint8Array | string {
  const transaction = new Transaction('in', 1, new Uint8Array(length));
  device.handle(transaction);
  const { outcome, data, moved } = transaction;
  return outcome === 'done' ? data.slice(0, moved) : outcome;
}

function command(length: number, isIn: boolean, ...cdb: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(31);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x4342_5355, true);
  view.setUint32(4, 77, true);
  view.setUint32(8, length, true);
  bytes.set([isIn ? 0x80 : 0, 0, cdb.length, ...cdb], 12);
  return bytes;
}
/** The status of the last command, and how many bytes it had no use for. */
function status(device: UsbStorage): { failed: boolean; residue: number } | string {
  const bytes = fetch(device, 13);
  if (typeof bytes === 'string') return bytes;
  const view = new DataView(bytes.buffer);
  expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([0x5342_5355, 77]);
  return { failed: bytes[12] !== 0, residue: view.getUint32(8, true) };
}
/** Sense key and additional sense code. */
function sense(device: UsbStorage): readonly number[] {
  send(device, command(18, true, 3, 0, 0, 0, 18, 0));
  const bytes = fetch(device, 18);
  status(device);
  return typeof bytes === 'string' ? [] : [bytes[2], bytes[12]];
}
/** The first command is told that the disk has just been switched on. */
const settle = (device: UsbStorage): void => {
  send(device, command(0, false, 0, 0, 0, 0, 0, 0));
  expect(status(device)).toEqual({ failed: true, residue: 0 });
  expect(sense(device)).toEqual([6, 0x29]);
};

const write = (block: number, count: number): Uint8Array =>
  command(count * BLOCK, false, 0x2a, 0, 0, 0, 0, block, 0, 0, count, 0);
const read = (block: number, count: number): Uint8Array =>
  command(count * BLOCK, true, 0x28, 0, 0, 0, 0, block, 0, 0, count, 0);
const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + 1) & 0xff);
const good = { failed: false, residue: 0 };

describe('a memory stick', () => {
  it('writes to its disk, and reads it', () => {
    const { stick: device, disk } = stick(new Uint8Array(64 * BLOCK));
    settle(device);
    expect(send(device, write(3, 2))).toBe('done');
    expect(send(device, pattern(2 * BLOCK))).toBe('done');
    expect(status(device)).toEqual(good);
    const found = new Uint8Array(2 * BLOCK);
    disk.read(3 * BLOCK, found);
    expect(found).toEqual(pattern(2 * BLOCK));
    send(device, read(3, 2));
    expect(fetch(device, 2 * BLOCK)).toEqual(pattern(2 * BLOCK));
    expect(status(device)).toEqual(good);
  });

  it('goes on where it was saved, in the middle of a command', () => {
    const { stick: device } = stick(new Uint8Array(64 * BLOCK));
    settle(device);
    send(device, write(0, 2));
    send(device, pattern(2 * BLOCK).subarray(0, 700));
    const state = device.save();
    expect(device.shape.misfit(structuredClone(state), 'state')).toBeUndefined();
    const other = stick(new Uint8Array(64 * BLOCK));
    other.stick.load(structuredClone(state));
    send(other.stick, pattern(2 * BLOCK).subarray(700));
    expect(status(other.stick)).toEqual(good);
    const found = new Uint8Array(2 * BLOCK);
    other.disk.read(0, found);
    expect(found).toEqual(pattern(2 * BLOCK));
    expect(other.stick.save().own).not.toEqual(state.own);
  });

  it('refuses what it cannot, and says why', () => {
    const { stick: device, disk } = stick(new Uint8Array(8 * BLOCK), true);
    settle(device);
    const refused: readonly (readonly [Uint8Array, readonly number[]])[] = [
      [command(0, false, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0), [7, 0x27]],
      [command(0, true, 0x28, 0, 0, 0, 0, 8, 0, 0, 1, 0), [5, 0x21]],
      [command(0, true, 0x28, 0x20, 0, 0, 0, 0, 0, 0, 1, 0), [5, 0x24]],
      [command(0, true, 0xff, 0, 0, 0), [5, 0x20]],
      [command(0, true, 0x28, 0), [5, 0x20]],
      [command(0, true, 0x12, 1, 0x77, 0, 4, 0), [5, 0x24]],
    ];
    for (const [sent, why] of refused) {
      expect(send(device, sent)).toBe('done');
      expect(status(device)).toEqual({ failed: true, residue: 0 });
      expect(sense(device)).toEqual(why);
    }
    expect(disk.size).toBe(8 * BLOCK);
  });

  it('stalls what is no command, and until a reset all that follows data the wrong way', () => {
    const { stick: device } = stick(new Uint8Array(8 * BLOCK));
    settle(device);
    expect(send(device, new Uint8Array(31))).toBe('stall');
    expect(send(device, write(0, 1).subarray(0, 30))).toBe('stall');
    expect(fetch(device, 13)).toBe('stall');
    send(device, command(BLOCK, true, 0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0));
    expect(fetch(device, BLOCK)).toBe('stall');
    expect(send(device, read(0, 1))).toBe('stall');
    device.reset();
    send(device, read(0, 1));
    expect(fetch(device, BLOCK)).toEqual(new Uint8Array(BLOCK));
    expect(status(device)).toEqual(good);
  });

  it('takes what a command has no use for, and says how much', () => {
    const { stick: device } = stick(new Uint8Array(8 * BLOCK));
    settle(device);
    send(device, command(100, true, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    expect(fetch(device, 100)).toEqual(
      Uint8Array.from({ length: 100 }, (_, i) => (i === 3 ? 7 : i === 6 ? 2 : 0)),
    );
    expect(status(device)).toEqual({ failed: false, residue: 92 });
  });
});
