/**
 * What a card does on a command: SD Physical Layer Simplified Specification 2.00, 4.7.4, as QEMU's card does it. A
 * command that is not listed, or that comes in a state in which it is not allowed (4.8), is illegal.
 */
import type { SdCard } from './card.js';
import { BLOCK, SDSC_LARGEST } from './registers.js';
import { BLOCK_LEN_ERROR, isTransferMode, OCR_BUSY, OCR_VOLTAGES, APP_CMD } from './status.js';

/** Response formats, 4.9; `silent` is a command that is obeyed without one. */
export type Response = 'R1' | 'CID' | 'CSD' | 'R3' | 'R6' | 'R7' | 'silent' | 'illegal';
type Command = (card: SdCard, argument: number) => Response;

/** Address bits of the argument of CMD7, 9, 10, 13, 15 and 55: is this card meant? */
const isFor = (card: SdCard, argument: number): boolean => argument >>> 16 === card.s.address;

/** A command of the transfer state. */
const inTran =
  (command: Command): Command =>
  (card, argument) =>
    card.s.state === 'tran' ? command(card, argument) : 'illegal';
/** One of a few states that says something to the card that is meant. */
const addressed =
  (isAllowed: (card: SdCard) => boolean, command: (card: SdCard) => Response): Command =>
  (card, argument) => {
    if (!isAllowed(card)) return 'illegal';
    return isFor(card, argument) ? command(card) : 'silent';
  };
const isStandingBy = ({ s }: SdCard): boolean => s.state === 'stby';
const isTransferring = ({ s }: SdCard): boolean => isTransferMode(s.state);

/** Begins to send what `data` holds. */
const sends = inTran((card) => card.send());
/** Begins to receive a block that is not the medium's. */
const receives = inTran((card) => card.receive(0));

/** CMD8: the voltage is one bit, and is answered with the check pattern. */
const sendIfCond: Command = (card, argument) => {
  if (card.s.state !== 'idle') return 'illegal';
  const voltage = argument >>> 8;
  const isOne = voltage !== 0 && (voltage & (voltage - 1)) === 0 && voltage !== 0x80_0000;
  card.s.interfaceCondition = isOne ? argument : 0;
  return isOne ? 'R7' : 'silent';
};

/** CMD7: to tran, or from there back to stby for another card's address; to dis and back from prg. */
const selectCard: Command = (card, argument) => {
  const { s } = card;
  if (s.state === 'stby' || s.state === 'dis') {
    if (!isFor(card, argument)) return 'silent';
    s.state = s.state === 'stby' ? 'tran' : 'prg';
    return 'R1';
  }
  if (!['tran', 'data', 'prg'].includes(s.state) || isFor(card, argument)) return 'illegal';
  s.state = s.state === 'prg' ? 'dis' : 'stby';
  return 'R1';
};

/** CMD12 */
const stopTransmission: Command = ({ s }) => {
  if (s.state !== 'data' && s.state !== 'rcv') return 'illegal';
  s.state = 'tran';
  return 'R1';
};

/** CMD17 and 18 */
const readBlock = inTran((card, argument) => {
  const at = card.byteAddress(argument);
  if (!card.isInRange(at, card.s.blockLength)) return 'R1';
  card.s.dataAddress = at;
  return card.send();
});

/** CMD24 and 25 */
const writeBlock = inTran((card, argument) => {
  const at = card.byteAddress(argument);
  if (!card.isInRange(at, card.s.blockLength)) return 'R1';
  card.s.blocksWritten = 0;
  card.checkWriteProtection(at);
  return card.receive(at);
});

/** CMD28 and 29. A card of more than 2 GiB has no groups. */
const protectGroup = (isProtected: boolean): Command =>
  inTran((card, argument) => {
    if (card.capacity > SDSC_LARGEST) return 'illegal';
    if (card.isInRange(argument, 1)) card.protectGroup(argument, isProtected);
    return 'R1';
  });

/** CMD30: a bit for each of 32 groups. */
const sendWriteProt = inTran((card, argument) => {
  if (card.capacity > SDSC_LARGEST) return 'illegal';
  if (!card.isInRange(argument, card.s.blockLength)) return 'R1';
  card.putWord(card.protectedGroups(argument));
  return card.send();
});

/** CMD6: what the card could do, and what was asked for, 4.3.10.4. */
const switchFunction: Command = (card, argument) => {
  if (!isTransferMode(card.s.state)) return 'illegal';
  const { data } = card;
  data.fill(0, 0, 64);
  // 1 mA; functions of groups 6 to 1: the default of each, two more of group 2, and high speed.
  data.set([0x00, 0x01, 0x80, 0x01, 0x80, 0x01, 0x80, 0x01, 0x80, 0x01, 0x80, 0x43, 0x80, 0x03]);
  data.set([(argument >>> 16) & 0xff, (argument >>> 8) & 0xff, argument & 0xff], 14);
  return card.send();
};

/** ACMD41: a card that is asked without voltages (an inquiry) takes half a millisecond to power up. */
const sendOpCond: Command = (card, argument) => {
  const { s } = card;
  if (s.state !== 'idle') return 'illegal';
  if ((s.ocr & OCR_BUSY) === 0) {
    if ((argument & 0x00ff_ffff) !== 0) card.powerUp();
    else card.beginPowerUp();
  }
  if (argument & OCR_VOLTAGES) s.state = 'ready';
  return 'R3';
};

/** CMD55: the next one is an application command. */
const appCommand: Command = (card, argument) => {
  const { s } = card;
  if (['ready', 'ident', 'ina'].includes(s.state)) return 'illegal';
  if (!isFor(card, argument)) return 'silent';
  s.expectsAppCommand = true;
  s.status |= APP_CMD;
  return 'R1';
};

export const commands: Readonly<Record<number, Command>> = {
  0: (card) => {
    if (card.s.state !== 'ina') card.reset();
    return 'silent';
  },
  2: ({ s }) => {
    if (s.state !== 'ready') return 'illegal';
    s.state = 'ident';
    return 'CID';
  },
  3: ({ s }) => {
    if (s.state !== 'ident' && s.state !== 'stby') return 'illegal';
    s.state = 'stby';
    s.address = (s.address + 0x4567) & 0xffff;
    return 'R6';
  },
  6: switchFunction,
  7: selectCard,
  8: sendIfCond,
  9: addressed(isStandingBy, () => 'CSD'),
  10: addressed(isStandingBy, () => 'CID'),
  12: stopTransmission,
  13: addressed(isTransferring, () => 'R1'),
  15: addressed(isTransferring, ({ s }) => {
    s.state = 'ina';
    return 'silent';
  }),
  16: inTran(({ s }, argument) => {
    if (argument > BLOCK) s.status |= BLOCK_LEN_ERROR;
    else s.blockLength = argument;
    return 'R1';
  }),
  17: readBlock,
  18: readBlock,
  24: writeBlock,
  25: writeBlock,
  26: receives,
  27: receives,
  28: protectGroup(true),
  29: protectGroup(false),
  30: sendWriteProt,
  32: inTran(({ s }, argument) => {
    s.eraseStart = argument;
    return 'R1';
  }),
  33: inTran(({ s }, argument) => {
    s.eraseEnd = argument;
    return 'R1';
  }),
  38: inTran((card) => {
    card.erase();
    return 'R1';
  }),
  42: receives,
  55: appCommand,
  56: inTran((card, argument) => (argument & 1 ? card.send() : card.receive(0))),
};

/** After CMD55. Other numbers mean what they mean without. */
export const appCommands: Readonly<Record<number, Command>> = {
  6: inTran(({ s }, argument) => {
    s.busWidth = argument & 3;
    return 'R1';
  }),
  13: sends,
  22: inTran((card) => {
    card.putWord(card.s.blocksWritten);
    return card.send();
  }),
  // The number of blocks to erase ahead is advice.
  23: inTran(() => 'R1'),
  41: sendOpCond,
  // The pull-up on DAT3 is nobody's to see.
  42: inTran(() => 'R1'),
  51: sends,
  // Those of the security specification, which this card has nothing of.
  ...Object.fromEntries(
    [18, 25, 26, 38, 43, 44, 45, 46, 47, 48, 49].map((n) => [n, () => 'illegal' as const]),
  ),
};

/** Commands that a locked card obeys, 4.3.7: of the classes basic and lock card, 16 and 55; after CMD55, 41 and 42. */
const whileLocked = new Set([
  ...[0, 1, 2, 3, 4, 7, 8, 9, 10, 12, 13, 14, 15],
  ...[16, 55],
  ...[42, 43, 44, 45, 46, 47, 48, 49, 51],
]);
export const isObeyedLocked = (index: number, isAppCommand: boolean): boolean =>
  isAppCommand ? index === 41 || index === 42 : whileLocked.has(index);
