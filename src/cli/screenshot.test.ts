/** `--screenshot`, with a program that paints. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '../isa/index.js';
import { run } from './test-run.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-screenshot-'));
const file = (name: string) => join(directory, name);
const program = (...lines: string[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer);

beforeAll(() => {
  // Two pixels of the framebuffer as it is at first: 640 by 480, 16 bits.
  const paint = ['mov w1, #0xf800', 'movk w1, #0x1f, lsl #16', 'str w1, [x0]'];
  const say = ['movz x0, #0x3f20, lsl #16', 'movk x0, #0x1000', 'mov w1, #107', 'str w1, [x0]'];
  writeFileSync(file('paints'), program('movz x0, #0x3c10, lsl #16', ...paint, ...say, 'b #0'));
  writeFileSync(file('old.png'), 'what was there before');
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('--screenshot', () => {
  it.each([
    ['at the end', '--instructions', '100'],
    ['at a line of the console', '--until', 'k'],
  ])('writes what is to be seen as PNG %s', async (_when, ...end) => {
    const picture = file('picture.png');
    const paints = ['-M', 'raspi3b', '--kernel', file('paints')];
    const { status, error } = await run('boot', ...paints, ...end, '--screenshot', picture);
    expect({ status, error }).toEqual({ status: 0, error: '' });
    const png = readFileSync(picture);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 480]);
    const data = png.indexOf('IDAT') + 4;
    const rows = inflateSync(png.subarray(data, data + png.readUInt32BE(data - 8)));
    expect(rows).toHaveLength(480 * (1 + 3 * 640));
    expect(rows.toString('hex', 0, 10)).toBe('00f800000000f8000000');
    rmSync(picture);
  });

  it('takes no file that the run reads, and leaves what is there', async () => {
    const kernel = file('paints');
    const words = ['-M', 'raspi3b', '--kernel', kernel, '--screenshot', kernel];
    const { status, error } = await run('boot', ...words);
    const expected = `firstlight: ${kernel}: expected another file for --screenshot, since --kernel has this one\n`;
    expect({ status, error }).toEqual({ status: 2, error: expected });
    const refused = await run('boot', '--kernel', kernel, '--screenshot', file('old.png'));
    expect(refused.error).toBe('firstlight: boot: --screenshot: board virt has no screen\n');
    expect(readFileSync(file('old.png'), 'utf8')).toBe('what was there before');
  });
});
