/** Sense data: what a command has come to that did not end well. SPC-4, 4.5. */

import { integer, record } from '../../../../engine/index.js';

const byte = integer(0, 0xff);
/** Sense key, additional sense code, its qualifier. */
export const senseShape = record({ key: byte, code: byte, qualifier: byte });
export interface Sense {
  readonly key: number;
  readonly code: number;
  readonly qualifier: number;
}

const NOT_READY = 2;
const ILLEGAL_REQUEST = 5;
const UNIT_ATTENTION = 6;
const DATA_PROTECT = 7;
const ABORTED_COMMAND = 0xb;

const sense = (key: number, code: number, qualifier: number): Sense => ({ key, code, qualifier });

export const SENSE = {
  NONE: sense(0, 0, 0),
  LUN_NOT_READY: sense(NOT_READY, 0x04, 3),
  NO_MEDIUM: sense(NOT_READY, 0x3a, 0),
  PARAMETER_LENGTH: sense(ILLEGAL_REQUEST, 0x1a, 0),
  INVALID_OPCODE: sense(ILLEGAL_REQUEST, 0x20, 0),
  LBA_OUT_OF_RANGE: sense(ILLEGAL_REQUEST, 0x21, 0),
  INVALID_FIELD: sense(ILLEGAL_REQUEST, 0x24, 0),
  LUN_NOT_SUPPORTED: sense(ILLEGAL_REQUEST, 0x25, 0),
  INVALID_PARAMETER: sense(ILLEGAL_REQUEST, 0x26, 0),
  SAVING_NOT_SUPPORTED: sense(ILLEGAL_REQUEST, 0x39, 0),
  REMOVAL_PREVENTED: sense(ILLEGAL_REQUEST, 0x53, 2),
  POWER_ON: sense(UNIT_ATTENTION, 0x29, 0),
  WRITE_PROTECTED: sense(DATA_PROTECT, 0x27, 0),
  IO_ERROR: sense(ABORTED_COMMAND, 0x00, 6),
} as const;

/** In the fixed format, or in that of descriptors, of which there are none. */
export const senseData = ({ key, code, qualifier }: Sense, isFixed: boolean): number[] =>
  isFixed
    ? [0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, code, qualifier, 0, 0, 0, 0]
    : [0x72, key, code, qualifier, 0, 0, 0, 0];
