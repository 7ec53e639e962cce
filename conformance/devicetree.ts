/** Board `virt`'s devicetree against the one that QEMU generates, property by property. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coreModels } from '../src/engine/index.js';
import { readFdt } from '../src/images/index.js';
import { VirtBoard } from '../src/machine/boards/virt/virt.js';
import type { DeviceTreeNode } from '../src/machine/devicetree.js';

export interface DevicetreeComparison {
  cores: number;
  mebibytes: number;
  el: 1 | 2;
  properties: number;
  /** Paths of properties and nodes that are different, missing or too many. */
  differing: string[];
}

/** The boot loader's, from a recorded seed; QEMU draws them anew each time. */
const RANDOM = ['rng-seed', 'kaslr-seed'];

const MEMORIES = [64, 128, 1000, 1024, 2048, 3072];

/** Compares all numbers of cores, both exception levels, several sizes of RAM; needs `qemu-system-aarch64`. */
export function devicetrees(): DevicetreeComparison[] {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-'));
  try {
    return [1, 2, 3, 4, 5, 6, 7, 8].flatMap((cores) =>
      ([1, 2] as const).map((el) => compare(cores, MEMORIES[(cores + el) % MEMORIES.length], el, directory)),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function compare(cores: number, mebibytes: number, el: 1 | 2, directory: string): DevicetreeComparison {
  const file = join(directory, `${cores}-${el}.dtb`);
  const machine = `virt,gic-version=2${el === 2 ? ',virtualization=on' : ''},dumpdtb=${file}`;
  const qemu = ['-M', machine, '-cpu', 'cortex-a53', '-smp', String(cores), '-m', `${mebibytes}M`];
  execFileSync('qemu-system-aarch64', [...qemu, '-nic', 'none'], { stdio: 'ignore' });
  const board = new VirtBoard({
    cores,
    ram: { size: mebibytes * 2 ** 20, read: (_, length) => new Uint8Array(length), write: () => undefined },
    hypervisor: el === 2,
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
  });
  const expected = lines(readFdt(readFileSync(file)).root, '');
  const found = lines(board.deviceTree(), '');
  const differing = [
    ...expected.filter((line) => !found.includes(line)),
    ...found.filter((line) => !expected.includes(line)),
  ];
  // The same lines in another order would be a difference, too.
  if (differing.length === 0 && expected.join('\n') !== found.join('\n')) differing.push('order');
  return { cores, mebibytes, el, properties: expected.length, differing };
}

function lines({ name, properties, children }: DeviceTreeNode, parent: string): string[] {
  const path = `${parent}/${name}`;
  const own = [...properties].filter(([key]) => !RANDOM.includes(key));
  return [
    ...own.map(([key, value]) => `${path}:${key} = ${Buffer.from(value).toString('hex')}`),
    ...children.flatMap((child) => [`${path}/${child.name}`, ...lines(child, path)]),
  ];
}
