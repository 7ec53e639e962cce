/** Any file that may be booted as a kernel. */
import { isElf, readElf, type Elf } from '../elf/reader.js';
import { machineAArch64, machineText } from '../elf/constants.js';
import { ImageError } from '../error.js';
import { isArm64Image, parseArm64Image, unpackKernel, type Arm64Image } from './arm64-image.js';
import { foreignFormat, isText } from './foreign.js';

/** A kernel by its format. A raw one is code without a header, to be placed and entered at its start. */
export type Kernel =
  | { readonly format: 'image'; readonly image: Arm64Image }
  | { readonly format: 'elf'; readonly elf: Elf }
  | { readonly format: 'raw'; readonly bytes: Uint8Array };

/**
 * Reads a kernel, raw, compressed by gzip, or in an EFI zboot image.
 * @throws ImageError if the file is empty, damaged, for another architecture or clearly something else
 */
export function readKernel(file: Uint8Array, name = 'kernel'): Kernel {
  if (file.length === 0) throw new ImageError(name, undefined, 'expected a kernel, found an empty file');
  const { bytes, compressed } = unpackKernel(file, name);
  if (isArm64Image(bytes)) return { format: 'image', image: parseArm64Image(bytes, name, compressed) };
  if (isElf(bytes)) {
    const elf = readElf(bytes, name);
    if (elf.machine !== machineAArch64) {
      throw new ImageError(name, 18, `expected ELF machine 183 (AArch64), found ${machineText(elf.machine)}`);
    }
    return { format: 'elf', elf };
  }
  const foreign = foreignFormat(bytes) ?? (isText(bytes) ? 'text' : undefined);
  if (foreign !== undefined) {
    throw new ImageError(name, 0, `expected an arm64 Image, an ELF file or raw code, found ${foreign}`);
  }
  return { format: 'raw', bytes };
}
