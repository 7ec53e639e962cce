/** Card status and states: SD Physical Layer Simplified Specification 2.00, 4.10.1 and 4.1. */

// Card status, table 4-36.
export const OUT_OF_RANGE = 0x8000_0000;
export const ADDRESS_ERROR = 1 << 30;
export const BLOCK_LEN_ERROR = 1 << 29;
export const ERASE_SEQ_ERROR = 1 << 28;
export const ERASE_PARAM = 1 << 27;
export const WP_VIOLATION = 1 << 26;
export const CARD_IS_LOCKED = 1 << 25;
export const LOCK_UNLOCK_FAILED = 1 << 24;
export const COM_CRC_ERROR = 1 << 23;
export const ILLEGAL_COMMAND = 1 << 22;
export const CARD_ECC_FAILED = 1 << 21;
export const CC_ERROR = 1 << 20;
export const ERROR = 1 << 19;
export const CSD_OVERWRITE = 1 << 16;
export const WP_ERASE_SKIP = 1 << 15;
export const ERASE_RESET = 1 << 13;
/** Four bits: the state in which the card got the command. */
export const CURRENT_STATE = 0xf << 9;
export const READY_FOR_DATA = 1 << 8;
export const APP_CMD = 1 << 5;
export const AKE_SEQ_ERROR = 1 << 3;

/** Clear condition C: once they have been read. */
export const CLEARED_BY_READ =
  OUT_OF_RANGE |
  ADDRESS_ERROR |
  BLOCK_LEN_ERROR |
  ERASE_SEQ_ERROR |
  ERASE_PARAM |
  WP_VIOLATION |
  LOCK_UNLOCK_FAILED |
  CARD_ECC_FAILED |
  CC_ERROR |
  ERROR |
  CSD_OVERWRITE |
  WP_ERASE_SKIP |
  ERASE_RESET |
  APP_CMD |
  AKE_SEQ_ERROR;
/** Clear condition B: by the next command that is valid. */
export const CLEARED_BY_COMMAND = CURRENT_STATE | ILLEGAL_COMMAND | COM_CRC_ERROR;

/** In the order of their numbers in CURRENT_STATE; a card that is inactive answers nothing. */
export const cardStates = [
  'idle',
  'ready',
  'ident',
  'stby',
  'tran',
  'data',
  'rcv',
  'prg',
  'dis',
  'ina',
] as const;
export type CardState = (typeof cardStates)[number];

/** The states of data transfer mode. */
export const isTransferMode = (state: CardState): boolean =>
  ['stby', 'tran', 'data', 'rcv', 'prg', 'dis'].includes(state);

// Operation conditions, 5.1.
/** 2.7 to 3.6 V. */
export const OCR_VOLTAGES = 0x00ff_ff00;
/** Addressed by blocks. */
export const OCR_CCS = 1 << 30;
/** Powered up. */
export const OCR_BUSY = 0x8000_0000;
