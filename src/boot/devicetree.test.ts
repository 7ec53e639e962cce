import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generator, mutate } from '../../tests/mutations.js';
import { coreModels } from '../engine/index.js';
import { cells, findNode, ImageError, readFdt, stringList, type DeviceTree } from '../images/index.js';
import { boards, type Board } from '../machine/index.js';
import { planBoot } from './boot-plan.js';
import { BootError } from './error.js';

const MiB = 2 ** 20;
/** What QEMU 7.2 dumps of machines at each level. */
const dumps = { 1: 'qemu-smp1-1024M-el1.dtb', 2: 'qemu-smp8-3072M-el2.dtb' } as const;
const blob = (el: 1 | 2): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`../../tests/data/virt/${dumps[el]}`, import.meta.url)));

function board(el: 1 | 2, mib: number): Board {
  return boards.virt.build({
    cores: 1,
    ram: { size: mib * MiB, read: (_, length) => new Uint8Array(length), write: () => undefined },
    hypervisor: el === 2,
    secure: false,
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
  });
}

const kernel = { name: 'raw', content: { format: 'raw', bytes: new Uint8Array(4) } } as const;

/** The devicetree that a kernel gets on a board where the user gives this one. */
function booted(tree: DeviceTree, at: Board, seed?: bigint): DeviceTree {
  const inputs = {
    kernel,
    devicetree: { name: 'f', tree },
    append: 'quiet',
    ...(seed === undefined ? {} : { seed }),
  };
  const segment = planBoot(inputs, at).segments.find(({ name }) => name === 'f');
  return readFdt(segment?.bytes ?? new Uint8Array());
}

const property = (tree: DeviceTree, path: string, name: string) => findNode(tree, path)?.properties.get(name);
const edited = (edit: (tree: DeviceTree) => void): DeviceTree => {
  const tree = readFdt(blob(2));
  edit(tree);
  return tree;
};

describe('a devicetree from the user', () => {
  it.each([
    [1, 2],
    [2, 1],
  ] as const)('of a machine at EL%i fits one at EL%i', (from, to) => {
    const tree = booted(readFdt(blob(from)), board(to, 512));
    expect(tree.root.children.filter(({ name }) => name === 'psci')).toHaveLength(1);
    expect(findNode(tree, '/psci')).toEqual(findNode(readFdt(blob(to)), '/psci'));
    expect(property(tree, '/memory', 'reg')).toEqual(cells(0, 0x4000_0000, 0, 512 * MiB));
    expect(stringList(findNode(tree, '/chosen') ?? expect.fail(), 'bootargs')).toEqual(['quiet']);
  });

  it('without /psci gets one, and keeps what it says of the cores', () => {
    const given = edited((tree) => {
      tree.root.children.splice(0, 1);
      findNode(tree, '/cpus/cpu@1')?.properties.delete('enable-method');
    });
    expect(findNode(given, '/psci')).toBeUndefined();
    const tree = booted(given, board(2, 512));
    expect(findNode(tree, '/psci')).toEqual(findNode(readFdt(blob(2)), '/psci'));
    expect(property(tree, '/cpus/cpu@1', 'enable-method')).toBeUndefined();
    expect(property(tree, '/cpus/cpu@2', 'enable-method')).toBeDefined();
  });

  it('keeps its kaslr-seed; its rng-seed is from the recorded seed, as long as before, if it has one', () => {
    const given = edited((tree) => findNode(tree, '/chosen')?.properties.set('rng-seed', new Uint8Array(13)));
    const tree = booted(given, board(2, 512), 7n);
    expect(property(tree, '/chosen', 'kaslr-seed')).toEqual(property(given, '/chosen', 'kaslr-seed'));
    expect(property(tree, '/chosen', 'rng-seed')).toHaveLength(13);
    expect(property(tree, '/chosen', 'rng-seed')).not.toEqual(new Uint8Array(13));
    const without = edited((bare) => findNode(bare, '/chosen')?.properties.clear());
    expect([...(findNode(booted(without, board(2, 512), 7n), '/chosen')?.properties.keys() ?? [])]).toEqual([
      'bootargs',
    ]);
  });

  it('may have addresses and sizes in one cell each', () => {
    const given = edited(({ root }) => {
      root.properties.set('#address-cells', cells(1));
      root.properties.set('#size-cells', cells(1));
    });
    expect(property(booted(given, board(1, 3072)), '/memory', 'reg')).toEqual(
      cells(0x4000_0000, 0xc000_0000),
    );
  });

  // QEMU 7.2 refuses each of these, too.
  it.each<[string, Uint8Array | undefined, string]>([
    ['#address-cells', cells(0), 'to be 1 or 2, found 0'],
    ['#size-cells', cells(0), 'to be 1 or 2, found 0'],
    ['#address-cells', cells(3), 'to be 1 or 2, found 3'],
    ['#size-cells', cells(0xffff_ffff), 'to be 1 or 2, found 4294967295'],
    ['#address-cells', undefined, 'to be 1 or 2, found none'],
    ['#size-cells', undefined, 'to be 1 or 2, found none'],
    ['#address-cells', Uint8Array.of(0, 2), 'to be 1 or 2, found 2 bytes'],
    ['#size-cells', cells(2, 2), 'to be 1 or 2, found 8 bytes'],
  ])('is refused in one line for %s %o', (name, value, message) => {
    const given = edited(({ root: { properties } }) =>
      value === undefined ? properties.delete(name) : properties.set(name, value),
    );
    expect(() => booted(given, board(1, 512))).toThrow(
      new BootError(`f: expected ${name} of the root node ${message}`),
    );
  });

  it('is refused where RAM does not fit in its cells', () => {
    const given = edited(({ root }) => root.properties.set('#size-cells', cells(1)));
    const large = {
      ...board(1, 64),
      entryLevel: () => 1 as const,
      ram: { base: 0x4000_0000, size: 2 ** 33 },
    };
    expect(() => booted(given, large)).toThrow(
      new BootError('f: #size-cells of the root node is 1, too few for RAM up to 0x200000000'),
    );
  });
});

describe('mutated devicetrees', () => {
  const random = generator(0x2545_f491);
  const cores = { 1: board(1, 64), 2: board(2, 64) };

  /** A tree with words of properties replaced, nodes moved and removed, names changed. */
  function disorder(tree: DeviceTree): void {
    const nodes = [tree.root];
    for (const node of nodes) nodes.push(...node.children);
    for (let count = 1 + random(3); count > 0; count--) {
      const node = random(2) === 0 ? tree.root : nodes[random(nodes.length)];
      const [name = '#size-cells'] = [...node.properties.keys()].slice(random(node.properties.size || 1));
      const value = [0, 1, 2, 3, 0x7fff_ffff, 0xffff_ffff][random(6)];
      const act = [
        () => node.properties.set(name, cells(value)),
        () => node.properties.set(name, new Uint8Array(random(9))),
        () => node.properties.delete(name),
        () => node.children.splice(random(node.children.length + 1), 1),
        () => node.children.push({ ...nodes[random(nodes.length)], children: [] }),
      ];
      act[random(act.length)]();
    }
  }

  it('boot or are refused in one line', () => {
    const outcomes = { booted: 0, refused: 0 };
    for (let round = 0; round < 600; round++) {
      const el = random(2) === 0 ? 1 : 2;
      try {
        const tree = readFdt(round % 2 === 0 ? mutate(blob(el), random) : blob(el), 'f');
        if (round % 2 === 1) disorder(tree);
        const read = booted(tree, cores[el === 1 ? 2 : 1], BigInt(round));
        expect(findNode(read, '/psci')?.properties.size).toBe(6);
        outcomes.booted += 1;
      } catch (error) {
        if (!(error instanceof BootError) && !(error instanceof ImageError)) throw error;
        expect(error.message).toMatch(/^f: [^\n]+$/);
        outcomes.refused += 1;
      }
    }
    expect(outcomes.booted).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(100);
  });
});
