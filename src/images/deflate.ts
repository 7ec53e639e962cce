/** Deflate streams, RFC 1951, as a whole: by the host's codec, or by fflate where it has none. */
import { deflateSync, Inflate } from 'fflate';
import { concatenate } from './concatenate.js';
import { hostCodec } from './host-codec.js';

/** How much of a stream is inflated at a time; bounds what a hostile one can make of it (1:1032). */
const CHUNK = 64 * 1024;

/** A stream with this content, fast to make rather than small. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return hostCodec(bytes)?.deflate(bytes) ?? deflateSync(bytes, { level: 1 });
}

/** Why a stream has no content: it is damaged from about an offset on, or has more than was asked for. */
export type InflateProblem = { readonly offset: number; readonly reason: string } | 'too large';

/** The content of a stream, with anything behind it, unless it is more than `limit` bytes. */
export function inflate(stream: Uint8Array, limit: number): Uint8Array | InflateProblem {
  return hostCodec(stream)?.inflate(stream, limit) ?? inflateByChunks(stream, limit);
}

function inflateByChunks(stream: Uint8Array, limit: number): Uint8Array | InflateProblem {
  const parts: Uint8Array[] = [];
  let size = 0;
  const inflater = new Inflate((part) => {
    size += part.length;
    parts.push(part);
  });
  for (let offset = 0; offset < stream.length || offset === 0; offset += CHUNK) {
    const next = Math.min(offset + CHUNK, stream.length);
    try {
      inflater.push(stream.subarray(offset, next), next === stream.length);
    } catch (cause) {
      return { offset, reason: cause instanceof Error ? cause.message : String(cause) };
    }
    if (size > limit) return 'too large';
  }
  return concatenate(parts);
}
