/** What `-help` says, and the lists that QEMU has. */
import type { Command } from 'commander';
import { boards, coreModels } from '../../machine/index.js';
import { examples } from '../command.js';
import { packageVersion } from '../package.js';
import { optionRows } from './options/table.js';

const WIDTH = 100;

/** Words in lines, the first beside what is explained. */
function explained(term: string, text: string): string {
  const indent = 28;
  const lines = [''];
  for (const word of text.split(' ')) {
    if (lines[lines.length - 1].length + word.length + 1 > WIDTH - indent) lines.push('');
    lines[lines.length - 1] += `${lines[lines.length - 1] === '' ? '' : ' '}${word}`;
  }
  const head = `  ${term}`;
  const first = head.length < indent ? head.padEnd(indent) : `${head}\n${' '.repeat(indent)}`;
  return first + lines.join(`\n${' '.repeat(indent)}`);
}

export function qemuHelp(own: Command): string {
  const rows = Object.entries(optionRows).flatMap(([name, { value, help }]) =>
    help === undefined ? [] : [explained(`-${name}${value === undefined ? '' : ` ${value}`}`, help)],
  );
  const sections = own.helpInformation().split(/\n\n/);
  const options = sections.find((section) => section.startsWith('Options:')) ?? '';
  return [
    sections[0],
    '',
    "run a machine by QEMU's command line, qemu-system-aarch64's of version 7.2",
    '',
    "QEMU's options, with one dash or two:",
    ...rows,
    '',
    options.trimEnd().replace('Options:', 'Options of firstlight, with two dashes:'),
    '',
    'Status 1: QEMU would refuse it as well; 2: only firstlight does, or something else is wrong.',
    examples(
      'firstlight qemu -M virt,virtualization=on -cpu cortex-a53 -m 512M -nographic -kernel Image -initrd initrd.gz -append "console=ttyAMA0"',
      'firstlight qemu -M raspi3b -kernel Image -dtb bcm2837-rpi-3-b.dtb -serial stdio -append "console=ttyAMA0" -s -S',
      'firstlight qemu --lenient -M raspi3b -kernel Image -device usb-kbd -serial null -serial mon:stdio',
    ),
    '',
  ].join('\n');
}

export const versionText = (): string =>
  `firstlight ${packageVersion()}, which takes the command line of QEMU 7.2\n`;

export const machineList = (): string =>
  [
    'Supported machines are:',
    ...Object.values(boards).map(({ name, description }) => `${name.padEnd(20)} ${description}`),
    '',
  ].join('\n');

export const cpuList = (): string =>
  ['Available CPUs:', ...Object.keys(coreModels).map((name) => `  ${name}`), ''].join('\n');
