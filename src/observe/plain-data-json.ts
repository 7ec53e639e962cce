/** Plain data as JSON and back: byte arrays become `{"$bytes": base64}`, numbers that JSON has not `{"$number": text}`. */
import type { PlainData } from '../machine/index.js';

const CHUNK = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(text);
}

/** Throws SyntaxError for what is no base64. */
function fromBase64(text: string): Uint8Array {
  const characters = decoded(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

function decoded(text: string): string {
  try {
    return atob(text);
  } catch {
    throw new SyntaxError('not base64');
  }
}

/** What JSON has no words for. */
const isUnusual = (value: number): boolean => !Number.isFinite(value) || Object.is(value, -0);
const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

export function toJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
    if (typeof value === 'number' && isUnusual(value)) return { $number: numberText(value) };
    return value;
  });
}

/** Values in a text: several times what the largest state has. More would take gigabytes. */
const VALUES_MAX = 2 ** 25;

/** Whether there are more values in a text than can be. Signs in strings count too, of which there are few. */
function hasTooMany(text: string): boolean {
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === OPEN_LIST || code === OPEN_RECORD || code === COMMA) values += 1;
  }
  return values > VALUES_MAX;
}
const [OPEN_LIST, OPEN_RECORD, COMMA] = Array.from('[{,', (sign) => sign.charCodeAt(0));

/** Throws SyntaxError for what is not JSON, and for JSON that no state is. */
export function fromJson(text: string): PlainData {
  if (hasTooMany(text)) throw new SyntaxError(`more than ${VALUES_MAX} values`);
  try {
    return JSON.parse(text, (_key, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value;
      if ('$bytes' in value && typeof value.$bytes === 'string') return fromBase64(value.$bytes);
      if ('$number' in value && typeof value.$number === 'string') return Number(value.$number);
      return value;
    }) as PlainData;
  } catch (error) {
    // The stack's end, which deep nesting comes to.
    throw error instanceof RangeError ? new SyntaxError('nested too deep') : error;
  }
}
