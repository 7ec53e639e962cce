/** The programs that the built-in boot image holds, by path in BOOTFS, and how each is linked. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFreeFlags, sourcesIn, type Workshop } from './toolchain.js';

interface Program {
  /** In BOOTFS. */
  path: string;
  /** In the repository. */
  sources: readonly string[];
}

const staticSources = [...sourcesIn('guest/static'), ...sourcesIn('guest/memory')];

/** Position-independent, without an interpreter: they find the vDSO's functions themselves (guest/static). */
const staticPrograms: readonly Program[] = [
  { path: 'bin/hello', sources: ['guest/hello/hello.c', ...staticSources] },
];

const staticLinkFlags = [
  '-nostdlib',
  '-pie',
  '--no-dynamic-linker',
  '--build-id=sha1',
  '--hash-style=gnu',
  '-znoexecstack',
  '-zmax-page-size=4096',
  '-zrelro',
  '-znow',
  '-ztext',
  '-zdefs',
  '-e',
  '_start',
  '--strip-all',
];

function buildStatic(workshop: Workshop, { path, sources }: Program): Uint8Array {
  const output = path.replaceAll('/', '-');
  const objects = workshop.compile(sources, libraryFreeFlags);
  workshop.run('ld.lld', [...staticLinkFlags, ...objects, '-o', output]);
  return readFileSync(join(workshop.directory, output));
}

export const buildPrograms = (workshop: Workshop): { path: string; bytes: Uint8Array }[] =>
  staticPrograms.map((program) => ({ path: program.path, bytes: buildStatic(workshop, program) }));
