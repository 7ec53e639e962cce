/**
 * Builds the guest's programs and writes the modules that carry them: src/zircon/images, and for tests
 * tests/programs/zircon. `--check` writes nothing and fails if a byte differs from what is checked in. `--rodso` builds
 * vDSO and userboot only. `--keep` leaves the files that the tools made, and says where.
 */
import { buildPrograms } from './build/programs.js';
import { bootImageModule, programModules, userbootModule, vdsoModule } from './build/image-modules.js';
import { buildUserboot, buildVdso } from './build/rodso.js';
import { sysrootModule } from './build/sysroot.js';
import { buildTestPrograms } from './build/test-programs.js';
import { targetFlags, toolPath, Workshop } from './build/toolchain.js';
import { requireAll } from '../requirements.js';
import { stale, write, type GeneratedFile } from './generated-file.js';

/** The headers agree with the ABI tables, in C and in C++. */
function checkLayouts(workshop: Workshop): void {
  const flags = [...targetFlags, '-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-Isource/guest/include'];
  workshop.run('clang', [...flags, '-std=c11', 'source/guest/abi-check/layouts.c']);
  const cxx = ['-std=c++17', '-D_Alignof=alignof', '-x', 'c++'];
  workshop.run('clang', [...flags, ...cxx, 'source/guest/abi-check/layouts.c']);
}

function build(workshop: Workshop): GeneratedFile[] {
  checkLayouts(workshop);
  const vdso = buildVdso(workshop);
  const userboot = buildUserboot(workshop, vdso);
  const rodsos = [vdsoModule(vdso), userbootModule(userboot)];
  if (process.argv.includes('--rodso')) return rodsos;
  return [
    ...rodsos,
    bootImageModule(buildPrograms(workshop)),
    sysrootModule(workshop, vdso),
    ...programModules('tests/programs/zircon', buildTestPrograms(workshop)),
  ];
}

const tools = ['clang', 'ld.lld', 'llvm-ar'] as const;
requireAll(
  'guest',
  tools.filter((tool) => toolPath(tool) === tool),
);
const workshop = new Workshop();
try {
  const files = build(workshop);
  if (process.argv.includes('--check')) {
    const different = stale(files);
    for (const path of different)
      console.error(`${path}: differs from what guest/ builds; run npm run guest`);
    process.exitCode = different.length > 0 ? 1 : 0;
  } else {
    write(files);
    console.log(`${files.length} modules written`);
  }
} finally {
  if (process.argv.includes('--keep')) console.log(`built in ${workshop.directory}`);
  else workshop.remove();
}
