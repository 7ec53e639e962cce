/** USB on board raspi3b: what QEMU 7.2 answers, which was recorded; and what has to do with time, which it tells otherwise. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boardWith, perform } from '../../../conformance/usb/firstlight.js';
import { bringUp, place } from '../../../conformance/usb/generator.js';
import { halt, REGISTER, start, TYPE } from '../../../conformance/usb/driver.js';
import { LONGEST, malformed } from '../../../conformance/usb/malformed.js';
import { describe as described, DWC2, SCRATCH } from '../../../conformance/usb/operations.js';
import { readTranscript } from '../../../conformance/usb/transcript.js';
import type { Board } from '../boards/board.js';
import { keyCode } from '../input/index.js';
import { misplaced, usbDevice } from './index.js';

const recorded = new URL('../../../tests/data/usb/', import.meta.url).pathname;

describe("USB answers as QEMU's", () => {
  it.each(readdirSync(recorded))('%s', (file) => {
    const { devices, operations, results } = readTranscript(readFileSync(recorded + file, 'utf8'));
    const board = boardWith(devices);
    const differing = operations.flatMap((operation, i) => {
      const found = perform(board, operation);
      return found === results[i] ? [] : [`${i} ${described(operation)}: QEMU ${results[i]}, here ${found}`];
    });
    expect(differing.slice(0, 5)).toEqual([]);
  });
});

const SOF = 1 << 3;
const NAK = 1 << 4;
const MS = 1_000_000;

function keyboard(): {
  board: Board;
  read: (register: number) => number;
  write: (r: number, v: number) => void;
} {
  const devices = [usbDevice('usb-kbd')];
  const board = boardWith(devices);
  for (const operation of bringUp(place(devices))) perform(board, operation);
  return {
    board,
    read: (register) => board.bus.read(DWC2 + register, 4),
    write: (register, value) => void board.bus.write(DWC2 + register, 4, value),
  };
}

describe('frames', () => {
  it('begin each millisecond, whoever looks when', () => {
    const [seldom, often] = [keyboard(), keyboard()];
    const { board } = often;
    for (let i = 0; i < 500; i++) {
      board.clock.advanceTo(board.clock.now + 137_000);
      often.read(REGISTER.GINTSTS);
    }
    seldom.board.clock.advanceTo(board.clock.now);
    expect(seldom.read(REGISTER.HFNUM)).toBe(often.read(REGISTER.HFNUM));
  });
  it('interrupt where that is asked for, and then only wake anybody', () => {
    const { board, read, write } = keyboard();
    expect(board.clock.deadline).toBe(Infinity);
    write(REGISTER.GAHBCFG, 1);
    write(REGISTER.GINTSTS, SOF);
    write(REGISTER.GINTMSK, SOF);
    const { deadline } = board.clock;
    expect(deadline - board.clock.now).toBeLessThanOrEqual(MS);
    board.clock.advanceTo(deadline);
    expect(read(REGISTER.GINTSTS) & SOF).toBe(SOF);
    expect(board.clock.deadline).toBe(Infinity);
    write(REGISTER.GINTSTS, SOF);
    expect(board.clock.deadline).toBe(deadline + MS);
  });
});

describe('a transfer that is refused', () => {
  /** The keyboard, asked for a report as by bulk. */
  const asked = {
    channel: 0,
    device: 2,
    endpoint: 1,
    type: TYPE.BULK,
    isIn: true,
    maxPacketSize: 8,
    length: 8,
  };

  it('is tried again each quarter of a millisecond, but only where that can be seen', () => {
    const { board, read, write } = keyboard();
    for (const operation of [...halt(0), ...start(asked)]) perform(board, operation);
    const began = board.clock.now;
    board.clock.advanceTo(began + MS);
    expect(board.clock.deadline).toBe(Infinity);
    board.clock.advanceTo(began + 10.1 * MS);
    write(REGISTER.HCINT, 0x3fff);
    expect(board.clock.deadline).toBe(began + 10.25 * MS);
    board.clock.advanceTo(began + 10.25 * MS);
    expect(read(REGISTER.HCINT)).toBe(NAK);
  });
  it('goes on as soon as there is something', () => {
    const { board, read } = keyboard();
    for (const operation of [...halt(0), ...start(asked)]) perform(board, operation);
    board.clock.advanceTo(board.clock.now + 5 * MS);
    board.usb?.input.send({ kind: 'key', code: keyCode('a') ?? 0, down: true });
    board.clock.advanceTo(board.clock.now);
    expect(read(REGISTER.HCINT) & 3).toBe(3);
  });
});

describe('keys', () => {
  it('wait behind delays, in whole milliseconds', () => {
    const { board } = keyboard();
    const input = board.usb!.input;
    board.clock.advanceTo(20.3 * MS);
    const code = keyCode('a') ?? 0;
    input.send({ kind: 'key', code, down: true });
    input.send({ kind: 'delay', ms: 10 });
    input.send({ kind: 'key', code, down: false });
    expect(input.save().waiting).toHaveLength(2);
    board.clock.advanceTo(30 * MS - 1);
    expect(input.save().waiting).toHaveLength(2);
    board.clock.advanceTo(30 * MS);
    expect(input.save().waiting).toHaveLength(0);
  });
});

describe('a network card', () => {
  it('keeps one frame for the guest, and says when it has room again', () => {
    const devices = [usbDevice('usb-net')];
    const board = boardWith(devices);
    for (const operation of bringUp(place(devices))) perform(board, operation);
    const [card] = board.cards ?? [];
    const told: string[] = [];
    card.connect({ send: (frame) => told.push(`sent ${frame.length}`), ready: () => told.push('ready') });
    expect(card.receive(new Uint8Array(60).fill(7))).toBe(true);
    expect(card.receive(new Uint8Array(60))).toBe(false);
    const bulk = { channel: 1, device: 2, endpoint: 2, type: TYPE.BULK, maxPacketSize: 64 };
    for (const operation of start({ ...bulk, isIn: true, length: 2048 })) perform(board, operation);
    expect(board.bus.readBytes(SCRATCH, 60)).toEqual(new Uint8Array(60).fill(7));
    // A frame of whole packets ends with an empty one.
    for (const operation of start({ ...bulk, isIn: false, length: 64 })) perform(board, operation);
    expect(told).toEqual(['ready']);
    for (const operation of start({ ...bulk, isIn: false, length: 0 })) perform(board, operation);
    expect(told).toEqual(['ready', 'sent 64']);
  });
  it('has the next address that nobody else has', () => {
    const first = usbDevice('usb-net');
    const chosen = first.kind === 'usb-net' ? { ...first, mac: '52:54:00:12:34:58' } : first;
    const { cards } = boardWith([chosen, usbDevice('usb-net')]);
    expect(cards?.map((card) => (card as unknown as { mac: Uint8Array }).mac[5])).toEqual([0x58, 0x59]);
  });
});

describe('malformed transfers', () => {
  it('do no harm', () => {
    expect(malformed(1500, 3).longest).toBeLessThan(LONGEST);
  });
});

describe('ports', () => {
  it('are taken in turn, a hub coming before the last', () => {
    const devices = Array.from({ length: 9 }, () => usbDevice('usb-kbd'));
    const { usb } = boardWith(devices);
    expect(usb?.bus.devices.map(({ kind, port }) => `${kind} ${port.path}`)).toEqual([
      'usb-hub 1',
      ...['1.1', '1.2', '1.3', '1.4', '1.5', '1.6', '1.7'].map((path) => `usb-kbd ${path}`),
      ...['usb-hub 1.8', 'usb-kbd 1.8.1', 'usb-kbd 1.8.2'],
    ]);
  });
  it('are refused in words of QEMU', () => {
    const at = (port: string) => ({ ...usbDevice('usb-mouse'), port });
    expect(misplaced([at('1.3')])?.message).toBe('usb port 1.3 (bus usb-bus.0) not found (in use?)');
    expect(misplaced([at('1'), usbDevice('usb-kbd')])).toEqual({
      index: 1,
      message: 'tried to attach usb device QEMU USB Keyboard to a bus with no free ports',
    });
  });
});

describe('a reset', () => {
  it('finds the bus as at power-on, whatever was being done', () => {
    const { board } = keyboard();
    const fresh = boardWith([usbDevice('usb-kbd')]);
    board.usb?.input.send({ kind: 'delay', ms: 5 });
    board.reset();
    board.clock.advanceTo(board.clock.now + 100 * MS);
    fresh.clock.advanceTo(board.clock.now);
    expect(board.save().devices.dwc2).toMatchObject({
      devices:
        fresh.save().devices.dwc2 === null ? {} : (fresh.save().devices.dwc2 as { devices: object }).devices,
    });
    expect(board.usb?.input.save().waiting).toEqual([]);
  });
});
