/**
 * Records what the fast tests replay: short transcripts of QEMU's devices and QEMU's own devicetrees, into
 * tests/data/virt. Run: npx tsx conformance/devices/record.ts
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

const directory = new URL('../../tests/data/virt/', import.meta.url).pathname;
const OPERATIONS = 250;

/** Devices whose generators begin with a long setup are left to the comparison itself. */
const LONG = ['GICv2 in use'];

/** Cores, MiB of RAM, exception level. */
const TREES = [
  { cores: 1, ram: 1024, el: 1 },
  { cores: 8, ram: 3072, el: 2 },
] as const;

mkdirSync(directory, { recursive: true });
for (const { name, generate, setups } of generators) {
  if (LONG.includes(name)) continue;
  const setup = setups[setups.length - 1];
  const operations = generate(random(1), setup, OPERATIONS).filter(isAligned);
  const outcomes = await onQemu(operations, setup);
  const file = `${name.toLowerCase().replaceAll(' ', '-')}.txt`;
  writeFileSync(directory + file, writeTranscript({ setup, operations, outcomes }));
}
for (const { cores, ram, el } of TREES) {
  const file = `${directory}qemu-smp${cores}-${ram}M-el${el}.dtb`;
  const machine = `virt,gic-version=2${el === 2 ? ',virtualization=on' : ''},dumpdtb=${file}`;
  const qemu = ['-M', machine, '-cpu', 'cortex-a53', '-smp', String(cores), '-m', `${ram}M`, '-nic', 'none'];
  rmSync(file, { force: true });
  execFileSync('qemu-system-aarch64', qemu, { stdio: 'ignore' });
  writeFileSync(file, writeFdt(readFdt(readFileSync(file)))); // without QEMU's megabyte of free space
}
