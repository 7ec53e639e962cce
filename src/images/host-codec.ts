/**
 * What a host may have that does better what is done here in JavaScript: deflate streams (RFC 1951) and CRC-32. What
 * comes out of a stream is the same; what goes into one is as well, in other bytes.
 */
export interface HostCodec {
  /** A stream with this content, fast to make rather than small. */
  deflate(bytes: Uint8Array): Uint8Array;
  /**
   * The content of a stream, with anything behind it; undefined if it is damaged, or larger than `limit`, which whoever
   * asks then finds out and tells.
   */
  inflate(stream: Uint8Array, limit: number): Uint8Array | undefined;
  /** As `crc32` has it. */
  readonly crc32: ((bytes: Uint8Array, before: number) => number) | undefined;
}

/** For less than so many bytes the host is not asked: it may have to load what it has. */
const WORTHWHILE = 0x4000;

let codec: HostCodec | undefined;

/** From now on the host's codec is used, in this whole program; or none, where there is none. */
export function useHostCodec(host: HostCodec | undefined): void {
  codec = host;
}

/** The host's codec for so many bytes, if it has one. */
export function hostCodec(bytes: Uint8Array): HostCodec | undefined {
  return bytes.length < WORTHWHILE ? undefined : codec;
}
