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

function fromBase64(text: string): Uint8Array {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
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

/** Throws SyntaxError for what is not JSON. */
export function fromJson(text: string): PlainData {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$bytes' in value && typeof value.$bytes === 'string') return fromBase64(value.$bytes);
    if ('$number' in value && typeof value.$number === 'string') return Number(value.$number);
    return value;
  }) as PlainData;
}
