/** The message that starts a process: <zircon/processargs.h>, docs/program_loading.md. */
import { decodeText, encodeText } from '../../images/index.js';
import { PA, ProcessArgs } from '../abi/constants.js';
import { structs } from '../abi/structs.js';

const HEADER_SIZE = structs.zx_proc_args.size;

/** PA_HND: a type and its argument. */
export const handleInfo = (type: number, argument = 0): number => (type & 0xff) | ((argument & 0xffff) << 16);

/**
 * Header, handle info table, environment strings; no arguments. Nine u32: protocol, version, offset of the handle
 * info, offset and number of arguments, of environment strings, of names.
 */
export function composeProcessArgs(handles: readonly number[], environment: readonly string[]): Uint8Array {
  const infoOffset = HEADER_SIZE;
  const environmentOffset = infoOffset + handles.length * 4;
  const text = encodeText(environment.map((word) => `${word}\0`).join(''));
  const bytes = new Uint8Array(environmentOffset + text.length);
  const view = new DataView(bytes.buffer);
  const header = [
    ProcessArgs.PROTOCOL,
    ProcessArgs.VERSION,
    infoOffset,
    0,
    0,
    environmentOffset,
    environment.length,
    0,
    0,
  ];
  header.forEach((word, i) => view.setUint32(i * 4, word, true));
  handles.forEach((info, i) => view.setUint32(infoOffset + i * 4, info, true));
  bytes.set(text, environmentOffset);
  return bytes;
}

/** What a message that starts a process says. */
export interface ProcessArgs {
  /** Handle types by their names without PA_, with the argument. */
  readonly handles: readonly string[];
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
}

const names = new Map<number, string>(Object.entries(PA).map(([name, type]) => [type, name]));
const nameOf = (info: number): string => names.get(info & 0xff) ?? `0x${(info & 0xff).toString(16)}`;

/** Reads a message, or says by undefined that it is not one of these. */
export function parseProcessArgs(bytes: Uint8Array, handleCount: number): ProcessArgs | undefined {
  if (bytes.length < HEADER_SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const word = (index: number): number => view.getUint32(index * 4, true);
  if (word(0) !== ProcessArgs.PROTOCOL || word(2) + 4 * handleCount > bytes.length) return undefined;
  const strings = (offset: number, count: number): string[] =>
    decodeText(bytes.subarray(offset)).split('\0').slice(0, count);
  return {
    handles: Array.from({ length: handleCount }, (_, i) => {
      const info = view.getUint32(word(2) + 4 * i, true);
      return `${nameOf(info)}(${info >>> 16})`;
    }),
    arguments: strings(word(3), word(4)),
    environment: strings(word(5), word(6)),
  };
}
