/** Entries of the archives that kernels unpack: root's, and without a time. */
import { fileType, type CpioInput } from '../src/images/index.js';

export const directory = (name: string): CpioInput => ({ name, mode: fileType.directory | 0o755 });
export const file = (name: string, data: Uint8Array | string, permissions = 0o644): CpioInput => ({
  name,
  mode: fileType.regular | permissions,
  data: typeof data === 'string' ? new TextEncoder().encode(data) : data,
});
export const characterDevice = (name: string, major: number, minor: number): CpioInput => ({
  name,
  mode: fileType.characterDevice | 0o600,
  device: { major, minor },
});
