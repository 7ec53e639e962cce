/** The checksum of IPv4, ICMP, UDP and TCP: RFC 1071. */

/** Adds the 16-bit words of `bytes` from `start` to `end` to a sum that is not folded; an odd byte has a 0 behind it. */
export function addWords(bytes: Uint8Array, start: number, end: number, sum = 0): number {
  let at = start;
  for (; at + 1 < end; at += 2) sum += (bytes[at] << 8) | bytes[at + 1];
  return at < end ? sum + (bytes[at] << 8) : sum;
}

/** The field's value for a sum; 0 if the sum had the right one in it. */
export function checksumOf(sum: number): number {
  while (sum > 0xffff) sum = Math.floor(sum / 0x1_0000) + (sum & 0xffff);
  return ~sum & 0xffff;
}

/** What stands before a UDP or TCP header for its checksum, RFC 9293, 3.1. `length`: of header and content. */
export function pseudoHeader(source: number, destination: number, protocol: number, length: number): number {
  return (
    (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + protocol + length
  );
}
