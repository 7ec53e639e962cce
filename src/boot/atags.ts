/**
 * The list of tags that a boot loader gives a kernel where there is no devicetree (Linux, Documentation/arch/arm/
 * booting.rst, "Setup the kernel tagged list"; include/uapi/asm/setup.h for arm). Words of 32 bits: of each tag its
 * length in words, its number, its values. What QEMU 7.2 writes for an arm64 kernel, too.
 */
const ATAG_CORE = 0x5441_0001;
const ATAG_MEM = 0x5441_0002;
const ATAG_INITRD2 = 0x5442_0005;
const ATAG_CMDLINE = 0x5441_0009;

/** Addresses and sizes in bytes. */
export interface Tags {
  readonly ram: { readonly base: number; readonly size: number };
  readonly initrd?: { readonly address: number; readonly size: number } | undefined;
  readonly commandLine?: string | undefined;
}

export function atags({ ram, initrd, commandLine = '' }: Tags): Uint8Array {
  const readOnly = 1;
  const pageSize = 4096;
  const rootDevice = 0;
  const words = [
    ...tag(ATAG_CORE, [readOnly, pageSize, rootDevice]),
    ...tag(ATAG_MEM, [ram.size, ram.base]),
    ...(initrd === undefined ? [] : tag(ATAG_INITRD2, [initrd.address, initrd.size])),
    ...(commandLine === '' ? [] : tag(ATAG_CMDLINE, textWords(commandLine))),
    ...[0, 0], // ATAG_NONE
  ];
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => view.setUint32(4 * i, word, true));
  return bytes;
}

const tag = (number: number, values: readonly number[]): number[] => [values.length + 2, number, ...values];

/** The text with at least one zero behind it. */
function textWords(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((Math.floor(bytes.length / 4) + 1) * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  return Array.from({ length: padded.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}
