/** `screendump`: what the board's screen shows at present, in a file. */
import { writePng } from '../../../images/index.js';
import type { Machine, Picture } from '../../../machine/index.js';
import { FileError, writeOutput } from '../../files/index.js';
import { fileFailure } from '../endpoints/failure.js';
import { QemuError } from '../error.js';

/** Netpbm's PPM, "raw": three bytes a pixel behind a header of text. */
function ppm({ width, height, pixels }: Picture): Uint8Array {
  const header = Buffer.from(`P6\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + 3 * width * height);
  file.set(header);
  for (let pixel = 0; pixel < width * height; pixel++)
    file.set(pixels.subarray(4 * pixel, 4 * pixel + 3), header.length + 3 * pixel);
  return file;
}

export const pictureFormats = ['ppm', 'png'] as const;
export type PictureFormat = (typeof pictureFormats)[number];
const writers: Readonly<Record<PictureFormat, (picture: Picture) => Uint8Array>> = { ppm, png: writePng };

/** @throws QemuError */
export function screendump(machine: Machine, path: string, format: PictureFormat): void {
  const picture = machine.picture();
  if (picture === undefined) throw new QemuError('There is no console to take a screendump from');
  try {
    writeOutput(path, writers[format](picture));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new QemuError(`failed to open file '${path}': ${fileFailure(error, path)}`);
  }
}
