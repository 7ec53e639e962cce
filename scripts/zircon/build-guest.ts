/**
 * Builds the guest's programs and writes the images that the kernel carries, src/zircon/images, and for tests the
 * modules in tests/programs/zircon. `--check` writes nothing and fails if a byte differs from what is checked in. `--rodso` builds
 * vDSO and userboot only. `--keep` leaves the files that the tools made, and says where.
 */
import { buildPrograms } from './build/programs.js';
import {
  bootImage,
  imageFiles,
  programModules,
  userbootModule,
  vdsoModule,
  type EmbeddedImage,
} from './build/image-files.js';
import { buildUserboot, buildVdso } from './build/rodso.js';
import { sysrootImages } from './build/sysroot.js';
import { buildTestPrograms } from './build/test-programs.js';
import { compilerVersion, targetFlags, toolPath, Workshop } from './build/toolchain.js';
import { requireAll } from '../requirements.js';
import { stale, write, type GeneratedFile } from './generated-file.js';

/** The headers agree with the ABI tables, in C and in C++. */
function checkLayouts(workshop: Workshop): void {
  const flags = [...targetFlags, '-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-Isource/guest/include'];
  workshop.run('clang', [...flags, '-std=c11', 'source/guest/abi-check/layouts.c']);
  const cxx = ['-std=c++17', '-D_Alignof=alignof', '-x', 'c++'];
  workshop.run('clang', [...flags, ...cxx, 'source/guest/abi-check/layouts.c']);
}

function build(workshop: Workshop): GeneratedFile<string | Uint8Array>[] {
  checkLayouts(workshop);
  const vdso = buildVdso(workshop);
  const userboot = buildUserboot(workshop, vdso);
  const modules = [vdsoModule(vdso), userbootModule(userboot)];
  const rodsos: EmbeddedImage[] = [
    { name: 'vdso', bytes: vdso.image },
    { name: 'userboot', bytes: userboot.image },
  ];
  const compiler = compilerVersion(workshop);
  if (process.argv.includes('--rodso')) return [...modules, ...imageFiles(compiler, rodsos)];
  const images = [...rodsos, bootImage(buildPrograms(workshop)), ...sysrootImages(workshop, vdso)];
  return [
    ...modules,
    ...imageFiles(compiler, images),
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
    console.log(`${files.length} files written`);
  }
} finally {
  if (process.argv.includes('--keep')) console.log(`built in ${workshop.directory}`);
  else workshop.remove();
}
