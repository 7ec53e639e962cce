/** Plain data as JSON and back: byte arrays become `{"bytes": base64}`, infinite numbers `{"number": text}`. */
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
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

export function toJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
    if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
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
