/** The initramfs of the fixtures: listed by GNU cpio, unpacked by gzip. */
import { readFileSync } from 'node:fs';
import { fileType, gunzip, readCpio } from '../../src/images/index.js';
import { compareLines, outputOf, type ImageComparison } from './comparison.js';

export function compareInitrd(file: string): ImageComparison[] {
  const packed = readFileSync(file);
  const theirs = outputOf('gzip', ['--decompress', '--stdout', file]);
  const ours = gunzip(packed, file);
  const same = Buffer.compare(theirs, ours) === 0;
  const listed = outputOf('cpio', ['--list', '--verbose', '--numeric-uid-gid', '--quiet'], theirs).toString();
  const entries = readCpio(ours, file).map(({ name, mode, links, uid, gid, device, data }) => {
    const isDevice = (mode & fileType.mask) === fileType.characterDevice;
    const size = isDevice ? `${device.major}, ${device.minor}` : String(data.length);
    return [modeText(mode), links, uid, gid, size, name].join(' ');
  });
  const lines = listed.trim().split('\n');
  return [
    { what: `contents of ${file}, gzip`, compared: 1, differing: same ? 0 : 1, examples: [] },
    compareLines(`entries of ${file}, cpio`, lines.map(withoutDate), entries),
  ];
}

/** `drwxr-xr-x 2 0 0 0 Jan  1 1970 bin` without the date. */
function withoutDate(line: string): string {
  const match = /^(\S+) +(\d+) (\S+) +(\S+) +(\d+(?:, +\d+)?) \w+ +\d+ +[\d:]+ (.*)$/.exec(line);
  if (match === null) return line;
  const [, mode, links, uid, gid, size, name] = match;
  return [mode, links, uid, gid, size.replace(/, +/, ', '), name].join(' ');
}

function modeText(mode: number): string {
  const letters: Readonly<Record<number, string>> = {
    [fileType.directory]: 'd',
    [fileType.characterDevice]: 'c',
    [fileType.symbolicLink]: 'l',
  };
  const permissions = [...'rwxrwxrwx'].map((letter, index) => (mode & (0o400 >> index) ? letter : '-'));
  return (letters[mode & fileType.mask] ?? '-') + permissions.join('');
}
