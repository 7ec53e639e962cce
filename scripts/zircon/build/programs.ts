/** The programs that the built-in boot image holds, by path in BOOTFS, and how each is linked. */
import { buildLibc, hostedFlags, linkDynamic, linkFlags, linkLibrary, smallFlags } from './libc.js';
import { libraryFreeFlags, sourcesIn, type Workshop } from './toolchain.js';

export interface Program {
  /** In BOOTFS. */
  path: string;
  /** In the repository. */
  sources: readonly string[];
}

export const staticSources = [...sourcesIn('guest/static'), ...sourcesIn('guest/memory')];

/** Position-independent, without an interpreter: they find the vDSO's functions themselves (guest/static). */
const staticPrograms: readonly Program[] = [
  { path: 'bin/hello', sources: ['guest/hello/hello.c', ...staticSources] },
];

const staticLinkFlags = [...linkFlags, '-pie', '-e', '_start', '--strip-all'];

/** Links objects alone; `flags` may name an interpreter. */
export function linkStatic(
  workshop: Workshop,
  output: string,
  objects: readonly string[],
  flags: readonly string[],
): void {
  const interpreter = flags.some((flag) => flag.startsWith('--dynamic-linker'))
    ? []
    : ['--no-dynamic-linker'];
  workshop.run('ld.lld', [...staticLinkFlags, ...interpreter, ...flags, ...objects, '-o', output]);
}

export function buildStatic(workshop: Workshop, { path, sources }: Program): Uint8Array {
  const output = path.replaceAll('/', '-');
  linkStatic(workshop, output, workshop.compile(sources, libraryFreeFlags), []);
  return workshop.read(output);
}

/** Programs with the C library: each the folders of its sources. */
const dynamicPrograms: Readonly<Record<string, readonly string[]>> = {
  'bin/component_manager': ['guest/component_manager', 'guest/component_manager/crash', 'guest/tasks'],
  'bin/sh': ['guest/sh', 'guest/sh/commands', 'guest/tasks', 'guest/terminal'],
  'bin/notes': ['guest/notes/client'],
  'svc/notes': ['guest/notes/service'],
};

/** Libraries that ask of the dynamic linker what the other programs do not. */
function buildCoreTests(workshop: Workshop): void {
  const flags = [...hostedFlags, '-fsemantic-interposition'];
  const source = (name: string): string[] => [`guest/core-tests/libraries/${name}.c`];
  const first = workshop.compile(source('first'), flags);
  const relr = ['--hash-style=sysv', '--pack-dyn-relocs=relr', '-init=first_init', '-zundefs'];
  linkLibrary(workshop, 'libfirst.so', first, relr);
  const second = workshop.compile(source('second'), flags);
  const androidRelr = ['--pack-dyn-relocs=relr', '--use-android-relr-tags'];
  linkLibrary(workshop, 'libsecond.so', second, ['-zrel', ...androidRelr, 'libfirst.so']);
  const objects = workshop.compile(sourcesIn('guest/core-tests'), smallFlags);
  linkDynamic(workshop, 'bin-core-tests', objects, ['libfirst.so', 'libsecond.so']);
}

function buildDynamic(workshop: Workshop): { path: string; file: string }[] {
  buildLibc(workshop);
  const greeting = workshop.compile(['guest/hello-dynamic/greeting.c'], hostedFlags);
  linkLibrary(workshop, 'libgreeting.so', greeting);
  const hello = workshop.compile(['guest/hello-dynamic/hello-dynamic.c'], hostedFlags);
  linkDynamic(workshop, 'hello-dynamic', hello, ['libgreeting.so']);
  const programs = Object.entries(dynamicPrograms).map(([path, folders]) => {
    const file = path.replaceAll('/', '-');
    linkDynamic(workshop, file, workshop.compile(folders.flatMap(sourcesIn), smallFlags));
    return { path, file };
  });
  // Its crashes are told by the names of its functions.
  const crash = workshop.compile(sourcesIn('guest/crash'), hostedFlags);
  linkDynamic(workshop, 'crash', crash, [], '--strip-debug');
  buildCoreTests(workshop);
  return [
    { path: 'lib/ld.so.1', file: 'libc.so' },
    { path: 'lib/libgreeting.so', file: 'libgreeting.so' },
    { path: 'bin/hello-dynamic', file: 'hello-dynamic' },
    ...programs,
    { path: 'bin/crash', file: 'crash' },
    { path: 'lib/libfirst.so', file: 'libfirst.so' },
    { path: 'lib/libsecond.so', file: 'libsecond.so' },
    { path: 'bin/core-tests', file: 'bin-core-tests' },
  ];
}

/** All programs; the vDSO, `libzircon.so`, is in the workshop already. */
export function buildPrograms(workshop: Workshop): { path: string; bytes: Uint8Array }[] {
  const fixed = staticPrograms.map((program) => ({
    path: program.path,
    bytes: buildStatic(workshop, program),
  }));
  const dynamic = buildDynamic(workshop).map(({ path, file }) => ({
    path,
    bytes: workshop.read(file),
  }));
  return [...fixed, ...dynamic];
}
