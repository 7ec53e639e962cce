/** The message that starts a process: <zircon/processargs.h>, docs/program_loading.md. */

export const PROCARGS_PROTOCOL = 0x4150_585d;
export const PROCARGS_VERSION = 0x1000;
const HEADER_SIZE = 36;

/** Types of handles. */
export const PA = {
  PROC_SELF: 0x01,
  THREAD_SELF: 0x02,
  JOB_DEFAULT: 0x03,
  VMAR_ROOT: 0x04,
  VMAR_LOADED: 0x05,
  LDSVC_LOADER: 0x10,
  VMO_VDSO: 0x11,
  VMO_STACK: 0x13,
  VMO_EXECUTABLE: 0x14,
  VMO_BOOTDATA: 0x1a,
  VMO_BOOTFS: 0x1b,
  VMO_KERNEL_FILE: 0x1c,
  FDIO_LOGGER: 0x35,
  RESOURCE: 0x3f,
} as const;

/** PA_HND: a type and its argument. */
export const handleInfo = (type: number, argument = 0): number => (type & 0xff) | ((argument & 0xffff) << 16);

/**
 * Header, handle info table, environment strings; no arguments. Nine u32: protocol, version, offset of the handle
 * info, offset and number of arguments, of environment strings, of names.
 */
export function composeProcessArgs(handles: readonly number[], environment: readonly string[]): Uint8Array {
  const infoOffset = HEADER_SIZE;
  const environmentOffset = infoOffset + handles.length * 4;
  const text = new TextEncoder().encode(environment.map((word) => `${word}\0`).join(''));
  const bytes = new Uint8Array(environmentOffset + text.length);
  const view = new DataView(bytes.buffer);
  const header = [
    PROCARGS_PROTOCOL,
    PROCARGS_VERSION,
    infoOffset,
    0,
    0,
    environmentOffset,
    environment.length,
    0,
    0,
  ];
  header.forEach((word, i) => view.setUint32(i * 4, word, true));
  handles.forEach((info, i) => view.setUint32(infoOffset + i * 4, info, true));
  bytes.set(text, environmentOffset);
  return bytes;
}
