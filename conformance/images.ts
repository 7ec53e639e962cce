/**
 * `src/images` and `firstlight disasm` against dtc, binutils, LLVM, cpio, gzip and Linux, on the fixtures of
 * `npm run fixtures` and the running node.
 */
import { join } from 'node:path';
import { compareInitrd } from './images/archives.js';
import { compareDevicetrees } from './images/devicetrees.js';
import { compareDisassembly } from './images/disassembly.js';
import { compareElf } from './images/elf.js';
import { compareKallsyms } from './images/kallsyms.js';
import { readers, readMutated } from '../tests/images/mutated-files.js';

const fixtures = '.cache/linux';

/** Prints a table; true if nothing differs. */
export async function compareImages(): Promise<boolean> {
  const busybox = join(fixtures, 'busybox');
  const comparisons = [
    ...compareDevicetrees(join(fixtures, 'dtbs')),
    ...compareElf([busybox, process.execPath]),
    ...compareInitrd(join(fixtures, 'initrd.gz')),
    compareKallsyms(join(fixtures, 'Image'), busybox),
    await compareDisassembly(busybox),
  ];
  console.log(`${'files'.padEnd(56)} ${'compared'.padStart(9)} ${'differing'.padStart(9)}`);
  for (const { what, compared, differing, examples } of comparisons) {
    console.log(`${what.padEnd(56)} ${String(compared).padStart(9)} ${String(differing).padStart(9)}`);
    for (const example of examples) console.log(`  ${example}`);
  }
  return comparisons.every(({ differing }) => differing === 0);
}

/** Mutations of each reader's file. */
const MUTATIONS = 30_000;

/** As `src/images/hostile.test.ts` does with some: what must not happen, a line each. */
export function readMutatedFiles(): { readonly files: number; readonly wrong: readonly string[] } {
  const all = Object.entries(readers);
  const wrong = all.flatMap(([name, reader]) =>
    readMutated(reader, MUTATIONS, 2026).map((line) => `${name}: ${line}`),
  );
  return { files: all.length * MUTATIONS, wrong };
}
