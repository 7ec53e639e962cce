/**
 * Board `virt`'s devicetree against the one that QEMU generates, and what becomes of one that the user gives here and on
 * QEMU, property by property.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coreModels } from '../src/engine/index.js';
import { planBoot } from '../src/boot/index.js';
import { cells, findNode, readFdt, writeFdt, type DeviceTree } from '../src/images/index.js';
import { VirtBoard } from '../src/machine/boards/virt/virt.js';
import type { DeviceTreeNode } from '../src/machine/devicetree.js';

export interface DevicetreeComparison {
  cores: number;
  mebibytes: number;
  el: 1 | 2;
  /** The cores have EL3. */
  secure: boolean;
  properties: number;
  /** Paths of properties and nodes that are different, missing or too many. */
  differing: string[];
}

/** The boot loader's, from a recorded seed; QEMU draws them anew each time. */
const RANDOM = ['rng-seed', 'kaslr-seed'];

const conduits = { 1: 'hvc', 2: 'smc' } as const;
const MEMORIES = [64, 128, 1000, 1024, 2048, 3072];

/** Compares all numbers of cores, with and without EL2 and EL3, several sizes of RAM; needs `qemu-system-aarch64`. */
export function devicetrees(): DevicetreeComparison[] {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-'));
  try {
    return [1, 2, 3, 4, 5, 6, 7, 8].flatMap((cores) =>
      ([1, 2] as const).flatMap((el) =>
        [false, true].map((secure) =>
          compare(cores, MEMORIES[(cores + el) % MEMORIES.length], el, secure, directory),
        ),
      ),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A board without cores around memory that nobody looks at. */
function board(cores: number, mebibytes: number, el: 1 | 2, secure = false): VirtBoard {
  return new VirtBoard({
    cores,
    ram: { size: mebibytes * 2 ** 20, read: (_, length) => new Uint8Array(length), write: () => undefined },
    hypervisor: el === 2,
    secure,
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
  });
}

function compare(
  cores: number,
  mebibytes: number,
  el: 1 | 2,
  secure: boolean,
  directory: string,
): DevicetreeComparison {
  const file = join(directory, `${cores}-${el}-${secure}.dtb`);
  const levels = `${el === 2 ? ',virtualization=on' : ''}${secure ? ',secure=on' : ''}`;
  const machine = `virt,gic-version=2${levels},dumpdtb=${file}`;
  const qemu = ['-M', machine, '-cpu', 'cortex-a53', '-smp', String(cores), '-m', `${mebibytes}M`];
  execFileSync('qemu-system-aarch64', [...qemu, '-nic', 'none'], { stdio: 'ignore' });
  const expected = lines(readFdt(readFileSync(file)).root, '');
  // Without a kernel, QEMU's cores start at the highest level: at EL3 nothing answers PSCI.
  const psci = secure ? undefined : conduits[el];
  const found = lines(board(cores, mebibytes, el, secure).deviceTree(psci), '');
  const differing = [
    ...expected.filter((line) => !found.includes(line)),
    ...found.filter((line) => !expected.includes(line)),
  ];
  // The same lines in another order would be a difference, too.
  if (differing.length === 0 && expected.join('\n') !== found.join('\n')) differing.push('order');
  return { cores, mebibytes, el, secure, properties: expected.length, differing };
}

/** What is done to a dump before it is given to a machine of the other level. */
const edits: Readonly<Record<string, (tree: DeviceTree) => void>> = {
  nothing: () => undefined,
  'no /psci': ({ root }) => root.children.splice(0, 1),
  'no /chosen': ({ root }) => root.children.pop(),
  'no enable-method': (tree) => findNode(tree, '/cpus/cpu@1')?.properties.delete('enable-method'),
  'addresses in one cell': ({ root }) => root.properties.set('#address-cells', cells(1)),
  'sizes in one cell': ({ root }) => root.properties.set('#size-cells', cells(1)),
  'no memory': ({ root }) => root.children.splice(1, 1),
};

export interface CorrectionComparison {
  edit: string;
  /** Of the machine that it is given to; it was made for the other one. */
  el: 1 | 2;
  properties: number;
  differing: string[];
}

/** Compares what becomes of devicetrees from the user; needs `qemu-system-aarch64`. */
export function corrections(): CorrectionComparison[] {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-'));
  try {
    return ([1, 2] as const).flatMap((el) =>
      Object.entries(edits).map(([edit, change]) => {
        const other = el === 1 ? 2 : 1;
        const root = board(2, 256, other).deviceTree(conduits[other]);
        const tree = { root, reservations: [], bootCpu: 0 };
        change(tree);
        const expected = lines(readFdt(correctedByQemu(writeFdt(tree), el, directory)).root, '');
        const kernel = { name: 'kernel', content: { format: 'raw', bytes: KERNEL } } as const;
        const inputs = { kernel, devicetree: { name: 'given', tree }, append: APPEND };
        const plan = planBoot(inputs, board(2, MEBIBYTES, el));
        const given = plan.segments.find(({ name }) => name === 'given');
        const found = lines(readFdt(given?.bytes ?? new Uint8Array()).root, '');
        const differing = [
          ...expected.filter((line) => !found.includes(line)),
          ...found.filter((line) => !expected.includes(line)),
        ];
        if (differing.length === 0 && expected.join('\n') !== found.join('\n')) differing.push('order');
        return { edit, el, properties: expected.length, differing };
      }),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const KERNEL = new Uint8Array(64);
const APPEND = 'console=ttyAMA0';
const MEBIBYTES = 512;
/** Where QEMU puts the devicetree then, and how much of memory is looked at. */
const DEVICETREE = 0x4800_0000;
const LOOKED_AT = 4 * 2 ** 20;

/** What QEMU makes of a devicetree, from the memory of a machine that has not executed anything. */
function correctedByQemu(given: Uint8Array, el: 1 | 2, directory: string): Uint8Array {
  const [kernel, dtb, memory] = ['kernel', 'given.dtb', 'memory'].map((name) => join(directory, name));
  writeFileSync(kernel, KERNEL);
  writeFileSync(dtb, given);
  const machine = `virt,gic-version=2${el === 2 ? ',virtualization=on' : ''}`;
  const qemu = [
    ...['-M', machine, '-cpu', 'cortex-a53', '-smp', '2', '-m', `${MEBIBYTES}M`, '-nic', 'none', '-S'],
    ...['-display', 'none', '-serial', 'null', '-monitor', 'stdio'],
    ...['-kernel', kernel, '-dtb', dtb, '-append', APPEND],
  ];
  const input = `pmemsave ${DEVICETREE} ${LOOKED_AT} "${memory}"\nquit\n`;
  execFileSync('qemu-system-aarch64', qemu, { input, stdio: ['pipe', 'ignore', 'ignore'] });
  return readFileSync(memory);
}

function lines({ name, properties, children }: DeviceTreeNode, parent: string): string[] {
  const path = `${parent}/${name}`;
  const own = [...properties].filter(([key]) => !RANDOM.includes(key));
  return [
    ...own.map(([key, value]) => `${path}:${key} = ${Buffer.from(value).toString('hex')}`),
    ...children.flatMap((child) => [`${path}/${child.name}`, ...lines(child, path)]),
  ];
}
