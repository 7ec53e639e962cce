/** Addresses as numbers: those of IPv4 have 32 bits, unsigned. Ethernet's are 6 bytes. */

export const ANY = 0;
export const BROADCAST = 0xffff_ffff;
export const LOOPBACK = 0x7f00_0001;
export const ETHERNET_BROADCAST = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** `10.0.2.15`; undefined for anything else. */
export function parseIpv4(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

export const ipv4Text = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');

/** `52:54:00:12:34:56`; undefined for anything else. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(text)) return undefined;
  return Uint8Array.from(text.split(/[:-]/), (byte) => parseInt(byte, 16));
}

export const macText = (address: Uint8Array): string =>
  Array.from(address, (byte) => byte.toString(16).padStart(2, '0')).join(':');

/** The mask of a network whose first so many bits are its own. */
export const maskOf = (bits: number): number => (bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0);
/** Bitwise and, unsigned. */
export const masked = (address: number, mask: number): number => (address & mask) >>> 0;
/** Whether an address is this host's own, RFC 1122, 3.2.1.3. */
export const isLoopback = (address: number): boolean => address >>> 24 === 127;
