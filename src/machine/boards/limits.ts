/** What a board cannot be built with, told in one line. */
import { FASTEST_RATE, rateShape, SLOWEST_RATE, type Level } from '../../engine/index.js';
import type { BoardKind } from './board.js';

/** RAM comes in pages of WebAssembly's memory. */
const RAM_STEP = 2 ** 16;

/** A board that there is not, or that cannot be built as asked. */
export class BoardError extends Error {
  override readonly name = 'BoardError';
}

/** Which of the higher exception levels the cores have. */
export interface Levels {
  readonly hypervisor: boolean;
  readonly secure: boolean;
}

export const highestLevel = ({ hypervisor, secure }: Levels): Level => (secure ? 3 : hypervisor ? 2 : 1);

/** Throws BoardError if a board of this kind cannot have so many cores or bytes of RAM, or cores with these levels. */
export function checkLimits(kind: BoardKind, cores: number, ramSize: number, levels: Levels): void {
  const wrong = (asked: string, expected: string): BoardError =>
    new BoardError(`board ${kind.name}: ${asked} asked for, ${expected}`);
  const { least, most } = kind.cores;
  if (!Number.isInteger(cores) || cores < least || cores > most) {
    throw wrong(`${cores} cores`, `it has ${range(least, most, String)}`);
  }
  const { ram } = kind;
  if (ramSize % RAM_STEP !== 0 || ramSize < ram.least || ramSize > ram.most) {
    const step = ram.least === ram.most ? '' : `, a multiple of ${sizeText(RAM_STEP)}`;
    throw wrong(`${sizeText(ramSize)} of RAM`, `it has ${range(ram.least, ram.most, sizeText)}${step}`);
  }
  const level = highestLevel(levels);
  if (!kind.levels.includes(level)) {
    throw wrong(`cores up to EL${level}`, `its cores have up to EL${kind.levels.join(' or EL')}`);
  }
  // EL2 can be missing below EL3 where it can be missing at all.
  if (!levels.hypervisor && !kind.levels.includes(1)) throw wrong('cores without EL2', 'its cores have it');
}

/** Throws BoardError if so many disks cannot be plugged into a board of this kind. */
export function checkDisks({ name, drives = [] }: BoardKind, count: number): void {
  if (count <= drives.length) return;
  const room = drives.length === 0 ? 'none' : String(drives.length);
  throw new BoardError(
    `board ${name}: ${count} disk${count === 1 ? '' : 's'} asked for, it has room for ${room}`,
  );
}

/** Throws BoardError for too many networks, or two of one name. */
export function checkNetworks(names: readonly string[], most: number): void {
  if (names.length > most)
    throw new BoardError(`${names.length} networks asked for, a machine has up to ${most}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new BoardError(`network ${twice}: the name is taken`);
}

/** Throws BoardError if a USB device is to have a disk that there is not, or that another one has. */
export function checkUsbDisks(asked: readonly number[], count: number): void {
  for (const [i, disk] of asked.entries()) {
    if (disk >= count)
      throw new BoardError(
        `usb-storage with disk ${disk} asked for, the machine has ${count} of them, from 0`,
      );
    if (asked.indexOf(disk) !== i) throw new BoardError(`disk ${disk}: two USB devices have it`);
  }
}

/** Throws BoardError if USB devices are asked for on a board of a kind that has no USB. */
export function checkUsb({ name, usb }: BoardKind, count: number): void {
  if (count === 0 || usb === true) return;
  throw new BoardError(`board ${name}: USB devices asked for, it has no USB`);
}

/** What a real time clock of 32 bits can show. */
const LAST_SECOND = 2 ** 32 - 1;

/** Throws BoardError if no real time clock can show so many seconds since 1970. */
export function checkEpoch(epoch: number): void {
  if (Number.isInteger(epoch) && epoch >= 0 && epoch <= LAST_SECOND) return;
  throw new BoardError(
    `a clock of the day at ${epoch} asked for, expected whole seconds from 0 (1970) to ${LAST_SECOND} (2106)`,
  );
}

/** Throws BoardError if no core executes so many instructions to a second of virtual time. */
export function checkRate(perSecond: number): void {
  if (rateShape.misfit(perSecond, '') === undefined) return;
  throw new BoardError(
    `cores of ${perSecond} instructions a second asked for, expected a whole number from ${SLOWEST_RATE} to ${FASTEST_RATE}`,
  );
}

const range = (least: number, most: number, text: (n: number) => string): string =>
  least === most ? text(least) : `${text(least)} to ${text(most)}`;

const units: readonly [size: number, name: string][] = [
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
];

/** A size in the largest unit that it is a whole number of: `512 MiB`. */
export function sizeText(bytes: number): string {
  const [size, name] = units.find(([each]) => bytes !== 0 && bytes % each === 0) ?? [1, 'bytes'];
  return `${bytes / size} ${name}`;
}
