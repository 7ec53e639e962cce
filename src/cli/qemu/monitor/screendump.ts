/** `screendump FILE [-f png|ppm]`: what the board's screen shows at present. */
import { writePng } from '../../../images/index.js';
import type { Picture } from '../../../machine/index.js';
import { FileError, writeOutput } from '../../files/index.js';
import { fileFailure } from '../endpoints/failure.js';
import type { MonitorRow } from './commands.js';
import { MonitorError } from './error.js';

/** Netpbm's PPM, "raw": three bytes a pixel behind a header of text. */
function ppm({ width, height, pixels }: Picture): Uint8Array {
  const header = Buffer.from(`P6\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + 3 * width * height);
  file.set(header);
  for (let pixel = 0; pixel < width * height; pixel++)
    file.set(pixels.subarray(4 * pixel, 4 * pixel + 3), header.length + 3 * pixel);
  return file;
}

const formats: Readonly<Record<string, (picture: Picture) => Uint8Array>> = { ppm, png: writePng };

export const screendump: MonitorRow['run'] = ({ host: { machine } }, reader, name) => {
  const path = reader.word();
  if (path === undefined) throw new MonitorError(`${name}: filename expected`, true);
  const format = reader.options('f', name) === '' ? 'ppm' : (reader.word() ?? '');
  reader.end(name);
  if (!Object.hasOwn(formats, format)) throw new MonitorError(`Error: invalid parameter value: ${format}`);
  const picture = machine.picture();
  if (picture === undefined) throw new MonitorError('Error: There is no console to take a screendump from');
  try {
    writeOutput(path, formats[format](picture));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new MonitorError(`Error: failed to open file '${path}': ${fileFailure(error, path)}`);
  }
};
