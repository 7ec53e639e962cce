/**
 * What messages on channels mean, as far as they are of a known kind: those that start processes
 * (<zircon/processargs.h>), and those of the loader service (<ldmsg/ldmsg.h>).
 */
import { decodeText, shownName } from '../../images/index.js';
import { LoaderMessage, parseProcessArgs, Status, type Message } from '../../zircon/index.js';

/** fidl_message_header_t. */
const HEADER = 16;
/** What stands for a string that is there. */
const PRESENT = 0xffff_ffff;
const SHOWN_BYTES = 32;

const loaderOrdinals = new Map<number, string>(
  Object.entries(LoaderMessage).map(([name, ordinal]) => [ordinal, name]),
);

const statusNames = new Map<number, string>(Object.entries(Status).map(([name, value]) => [value, name]));

/** `OK`, `ERR_NOT_FOUND`, or the number of a status that is none. */
export function statusText(status: number): string {
  const name = statusNames.get(status);
  if (name === undefined) return String(status);
  return name === 'OK' ? 'ZX_OK' : `ZX_ERR_${name}`;
}

export function messageContent(message: Message): string {
  return processArgsText(message) ?? loaderText(message) ?? bytesText(message.bytes);
}

function processArgsText({ bytes, handles }: Message): string | undefined {
  const message = parseProcessArgs(bytes, handles.length);
  if (message === undefined) return undefined;
  const quoted = (words: readonly string[]): string => words.map((word) => `'${shownName(word)}'`).join(' ');
  return [
    `processargs ${message.handles.join(' ')}`,
    ...(message.arguments.length === 0 ? [] : [`arguments ${quoted(message.arguments)}`]),
    ...(message.environment.length === 0 ? [] : [`environment ${quoted(message.environment)}`]),
  ].join('; ');
}

function loaderText({ bytes }: Message): string | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ordinal = loaderOrdinals.get(view.getUint32(12, true));
  if (ordinal === undefined || view.getUint32(4, true) !== 0 || view.getUint32(8, true) !== 0)
    return undefined;
  const subject = requestText(view, bytes) ?? responseText(view);
  return subject === undefined
    ? undefined
    : `loader service ${ordinal}${subject} (txid ${view.getUint32(0, true)})`;
}

/** A request: nothing, or a string. */
function requestText(view: DataView, bytes: Uint8Array): string | undefined {
  if (bytes.length === HEADER) return '';
  if (bytes.length < HEADER + 16 || view.getUint32(HEADER + 8, true) !== PRESENT) return undefined;
  const length = view.getUint32(HEADER, true);
  if (view.getUint32(HEADER + 4, true) !== 0 || HEADER + 16 + length > bytes.length) return undefined;
  return ` '${shownName(decodeText(bytes.subarray(HEADER + 16, HEADER + 16 + length)))}'`;
}

/** A response: a status, and maybe an object. */
function responseText(view: DataView): string | undefined {
  const length = view.byteLength - HEADER;
  if (length !== 4 && length !== 8) return undefined;
  return ` = ${statusText(view.getInt32(HEADER, true))}`;
}

function bytesText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, '0'));
  return shown.join(' ') + (bytes.length > SHOWN_BYTES ? ' ...' : '');
}
