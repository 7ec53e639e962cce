/** Node's zlib, which is many times as fast as what is written in JavaScript. */
import { createRequire } from 'node:module';
import { useHostCodec } from '../images/index.js';

/** Few commands need it, and all would wait for it. */
const zlib = () => createRequire(import.meta.url)('node:zlib') as typeof import('node:zlib');

/** Room for what comes out, which is gathered in pieces of this size. */
const PIECE = 2 ** 20;
const FASTEST = 1;

export function useZlib(): void {
  useHostCodec({
    deflate: (bytes) => zlib().deflateRawSync(bytes, { level: FASTEST, chunkSize: PIECE }),
    inflate: (stream, limit) => {
      try {
        return zlib().inflateRawSync(stream, { maxOutputLength: limit, chunkSize: PIECE });
      } catch {
        return undefined;
      }
    },
    // Node has it since 20.15.
    get crc32() {
      return zlib().crc32 as ((bytes: Uint8Array, before: number) => number) | undefined;
    },
  });
}
