/**
 * Text in files and guests: names, command lines. It is UTF-8, or meant to be. A byte that is none becomes the
 * surrogate U+DC80 to U+DCFF, alone, as in Python's `surrogateescape` (PEP 383), so that no byte is lost; what is shown
 * to people has escapes in place of whatever a terminal might take for more than a character.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const surrogateAlone = /\p{Cs}/u;

/** What a byte that is not UTF-8 becomes: U+DC00 and the byte. */
const strayByte = 0xdc00;

/** Bytes as text, each of them kept. */
export function decodeText(bytes: Uint8Array): string {
  if (isAscii(bytes)) return latin1(bytes);
  try {
    return strict.decode(bytes);
  } catch {
    return decodeStray(bytes).text;
  }
}

/** The bytes that text stands for: of any text from `decodeText` the very ones. */
export function encodeText(text: string): Uint8Array {
  if (!surrogateAlone.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const stray = (character.codePointAt(0) ?? 0) - strayByte;
    if (stray >= 0x80 && stray <= 0xff) bytes.push(stray);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

/** One character a byte. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return text;
}

export function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

/** Text, and for each byte that it was made of, the place in it that the byte's character has. */
export interface DecodedText {
  readonly text: string;
  readonly places: Uint32Array;
}

/** As `decodeText`, for bytes from any of which on text may be wanted: a table of strings. */
export function decodeStray(bytes: Uint8Array): DecodedText {
  const units = new Uint16Array(bytes.length);
  const places = new Uint32Array(bytes.length + 1);
  let length = 0;
  let at = 0;
  for (let first = bytes[at]; first !== undefined; first = bytes[at]) {
    const { size, sound } = sequenceAt(bytes, at);
    const isWhole = size > 0 && sound === size;
    const point = isWhole ? codePoint(first, bytes, at, size) : strayByte + first;
    const next = at + (isWhole ? size : 1);
    places.fill(length, at, next);
    if (point > 0xffff) units[length++] = 0xd800 + ((point - 0x10000) >> 10);
    units[length++] = point > 0xffff ? 0xdc00 + (point & 0x3ff) : point;
    at = next;
  }
  places[bytes.length] = length;
  let text = '';
  for (let i = 0; i < length; i += 4096)
    text += String.fromCharCode(...units.subarray(i, Math.min(i + 4096, length)));
  return { text, places };
}

/** Text whose bytes come one by one. */
export class TextStream {
  /** The beginning of a character. */
  private readonly pending: number[] = [];

  /** Takes a byte; returns what is now certain of the text: mostly one character, or nothing yet. */
  push(byte: number): string {
    if (byte < 0x80 && this.pending.length === 0) return String.fromCharCode(byte);
    this.pending.push(byte);
    let text = '';
    while (this.pending.length > 0) {
      const bytes = Uint8Array.from(this.pending);
      const { size, sound } = sequenceAt(bytes, 0);
      if (sound === bytes.length && sound < size) break;
      const taken = sound === size ? Math.max(size, 1) : 1;
      text += decodeText(bytes.subarray(0, taken));
      this.pending.splice(0, taken);
    }
    return text;
  }
}

/** Well-formed sequences by their first byte: size, and what the second may be. The Unicode Standard, table 3-7. */
const sequences: readonly (readonly [
  first: number,
  last: number,
  size: number,
  low: number,
  high: number,
])[] = [
  [0x00, 0x7f, 1, 0x80, 0xbf],
  [0xc2, 0xdf, 2, 0x80, 0xbf],
  [0xe0, 0xe0, 3, 0xa0, 0xbf],
  [0xe1, 0xec, 3, 0x80, 0xbf],
  [0xed, 0xed, 3, 0x80, 0x9f],
  [0xee, 0xef, 3, 0x80, 0xbf],
  [0xf0, 0xf0, 4, 0x90, 0xbf],
  [0xf1, 0xf3, 4, 0x80, 0xbf],
  [0xf4, 0xf4, 4, 0x80, 0x8f],
];

/** How long the sequence is that the byte at `at` begins, 0 if none, and how many of its bytes are as they should be. */
function sequenceAt(bytes: Uint8Array, at: number): { size: number; sound: number } {
  const found = sequences.find(([first, last]) => isWithin(bytes[at], first, last));
  if (found === undefined) return { size: 0, sound: 0 };
  const [, , size, low, high] = found;
  let sound = 1;
  const isNext = (byte?: number) => isWithin(byte, sound === 1 ? low : 0x80, sound === 1 ? high : 0xbf);
  while (sound < size && isNext(bytes[at + sound])) sound++;
  return { size, sound };
}

/** False for a byte that is not there. */
function isWithin(byte: number | undefined, first: number, last: number): boolean {
  return byte !== undefined && byte >= first && byte <= last;
}

/** What the sequence of `size` bytes stands for that `first` begins at `at`; `sequenceAt` has seen all of them. */
function codePoint(first: number, bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return first;
  let point = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) point = (point << 6) | ((bytes[at + i] ?? 0) & 0x3f);
  return point;
}

/** Controls of terminals (C0, DEL, C1) and of direction, line and paragraph separators, surrogates alone. */
const dangerous = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** `\x1b` for a control or a stray byte, `\u202e` for the others. */
function escaped(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const byte = point - strayByte;
  if (byte >= 0x80 && byte <= 0xff) return `\\x${byte.toString(16)}`;
  return point < 0x80 ? `\\x${hex(point, 2)}` : `\\u${hex(point, 4)}`;
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** Text for people, from which no terminal takes a command. */
export function printable(text: string): string {
  return text.replace(dangerous, escaped);
}

/** A name as it is shown: `printable`, and a backslash is two, so that `nameShownAs` gives the name again. */
export function shownName(name: string): string {
  return printable(name.replaceAll('\\', '\\\\'));
}

/** The name that `shownName` shows so. */
export function nameShownAs(shown: string): string {
  return shown.replace(
    /\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4}))/gi,
    (_, slash?: string, x?: string, u?: string) => {
      if (slash !== undefined) return slash;
      const value = Number.parseInt(x ?? u ?? '', 16);
      return String.fromCharCode(x !== undefined && value >= 0x80 ? strayByte + value : value);
    },
  );
}

/** Lines for a terminal, whose own ends and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(dangerous, (character) =>
    '\n\r\t'.includes(character) ? character : escaped(character),
  );
}
