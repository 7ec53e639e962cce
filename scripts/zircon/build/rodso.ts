/**
 * The pipeline for vDSO and userboot: link the vDSO, list its symbols, link userboot against them at fixed offsets
 * behind its own end, check both, and extract what the kernel must know.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRodso, symbolsHeader, type Rodso } from '../../../src/images/index.js';
import { libraryFreeFlags, sourcesIn, type Workshop } from './toolchain.js';

const linkFlags = [
  '-nostdlib',
  '-shared',
  '--build-id=sha1',
  '--hash-style=gnu',
  '--eh-frame-hdr',
  '-znoexecstack',
  '-zmax-page-size=4096',
  '-zcombreloc',
  '-zrelro',
  '-znow',
  '-ztext',
  '-zdefs',
  '-zrodynamic',
  '-Tsource/guest/rodso.ld',
];

const rodsoFlags = [...libraryFreeFlags, '-mgeneral-regs-only', '-fasynchronous-unwind-tables'];

function link(workshop: Workshop, soname: string, inputs: readonly string[], more: readonly string[]): Rodso {
  workshop.run('ld.lld', [...linkFlags, ...more, '-soname', soname, ...inputs, '-o', soname]);
  return readRodso(workshop.read(soname), soname);
}

export const buildVdso = (workshop: Workshop): Rodso =>
  link(workshop, 'libzircon.so', workshop.compile(sourcesIn('guest/vdso'), rodsoFlags), []);

/** Userboot, whose calls go to the vDSO's functions where the kernel maps them: from `_end` on. */
export function buildUserboot(workshop: Workshop, vdso: Rodso): Rodso {
  writeFileSync(join(workshop.directory, 'vdso-syms.h'), symbolsHeader(vdso));
  const script = workshop.run('clang', [
    '-E',
    '-P',
    '-include',
    'source/guest/userboot/vdso-syms.ld.h',
    'vdso-syms.h',
  ]);
  writeFileSync(join(workshop.directory, 'vdso-syms.ld'), script);
  const objects = workshop.compile(
    [...sourcesIn('guest/userboot'), ...sourcesIn('guest/memory')],
    rodsoFlags,
  );
  return link(workshop, 'libuserboot.so', [...objects, 'vdso-syms.ld'], ['-e', '_start']);
}
