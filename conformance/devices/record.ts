/**
 * Records what the fast tests replay: short transcripts of QEMU's devices and QEMU's own devicetrees, into
 * tests/data, a folder for each board. Run:
 * `npx tsx conformance/devices/record.ts [device]`, of all of them or those that have this in their names.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFdt, writeFdt } from '../../src/images/index.js';
import { readFileSync } from 'node:fs';
import { generators } from './generators/index.js';
import { isAligned } from './operations.js';
import { onQemu } from './qemu.js';
import { random } from './random.js';
import { writeTranscript } from './transcript.js';

const data = new URL('../../tests/data/', import.meta.url).pathname;
const directory = `${data}virt/`;
const OPERATIONS = 250;

/** What takes more operations than a transcript has is left to the comparison itself. */
const LONG = ['GICv2 in use', 'values at reset'];

/** Cores, MiB of RAM, exception level. */
const TREES = [
  { cores: 1, ram: 1024, el: 1 },
  { cores: 8, ram: 3072, el: 2 },
] as const;

const [only = ''] = process.argv.slice(2);
for (const { name, generate, setups } of generators) {
  if (LONG.includes(name) || !`${setups[0].board} ${name}`.includes(only)) continue;
  const setup = setups[setups.length - 1];
  mkdirSync(data + setup.board, { recursive: true });
  const operations = generate(random(1), setup, OPERATIONS).filter(isAligned);
  const outcomes = await onQemu(operations, setup);
  const file = `${setup.board}/${name.toLowerCase().replaceAll(' ', '-')}.txt`;
  writeFileSync(data + file, writeTranscript({ setup, operations, outcomes }));
}
for (const { cores, ram, el } of only === '' ? TREES : []) {
  const file = `${directory}qemu-smp${cores}-${ram}M-el${el}.dtb`;
  const machine = `virt,gic-version=2${el === 2 ? ',virtualization=on' : ''},dumpdtb=${file}`;
  const qemu = ['-M', machine, '-cpu', 'cortex-a53', '-smp', String(cores), '-m', `${ram}M`, '-nic', 'none'];
  rmSync(file, { force: true });
  execFileSync('qemu-system-aarch64', qemu, { stdio: 'ignore' });
  writeFileSync(file, writeFdt(readFdt(readFileSync(file)))); // without QEMU's megabyte of free space
}
