/**
 * What users link their own programs with, beside the headers and lib/ld.so.1: the beginnings of programs, with and
 * without the C library, and a stand-in for the vDSO that has its names and no code.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rodso } from '../../../src/images/index.js';
import type { EmbeddedImage } from './image-files.js';
import { hostedFlags, linkFlags } from './libc.js';
import { staticSources } from './programs.js';
import { libraryFreeFlags, sourcesIn, targetFlags, type Workshop } from './toolchain.js';

function buildStandIn(workshop: Workshop, vdso: Rodso): string {
  const names = vdso.dynamicSymbols.map(({ name }) => name).filter((name) => /^_?zx_/.test(name));
  const symbols = names.map((name) => `.globl ${name}\n.type ${name}, %function\n${name}:\n`).join('');
  writeFileSync(join(workshop.directory, 'libzircon-names.S'), `.text\n${symbols}ret\n`);
  workshop.run('clang', [...targetFlags, '-c', 'libzircon-names.S', '-o', 'libzircon-names.o']);
  const output = 'libzircon-names.so';
  const flags = [...linkFlags, '-shared', '-soname', 'libzircon.so', '--strip-all'];
  workshop.run('ld.lld', [...flags, 'libzircon-names.o', '-o', output]);
  return output;
}

/** What compilers call for long double and integers of 128 bits. */
const arithmetic = ['binary', 'quad-arithmetic', 'quad-compare', 'quad-convert', 'wide-integers'].map(
  (name) => `guest/libc/floating/${name}.c`,
);

function buildArchive(workshop: Workshop, name: string, objects: readonly string[]): string {
  workshop.run('llvm-ar', ['rcsD', name, ...objects]);
  return name;
}

/** These libraries, by their names. The C library must be built already. */
export function sysrootImages(workshop: Workshop, vdso: Rodso): EmbeddedImage[] {
  const program = workshop.compile(sourcesIn('guest/libc/crt'), hostedFlags);
  const flags = [...libraryFreeFlags, '-Isource/guest/libc/include'];
  const withoutLibrary = [
    ...workshop.compile(['guest/static/start/self-relocate.c', ...staticSources], flags),
    ...workshop.compile(arithmetic, [...flags, '-Os', '-fno-asynchronous-unwind-tables']),
  ];
  const files = {
    'libzircon.so': buildStandIn(workshop, vdso),
    'libcrt.a': buildArchive(workshop, 'libcrt.a', program),
    'libstatic.a': buildArchive(workshop, 'libstatic.a', withoutLibrary),
  };
  return Object.entries(files).map(([name, file]) => ({ name: `lib/${name}`, bytes: workshop.read(file) }));
}
