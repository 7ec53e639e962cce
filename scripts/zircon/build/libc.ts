/**
 * The C library, which is the dynamic linker too (lib/ld.so.1, soname libc.so), and what programs are linked with
 * against it.
 */
import { compileFlags, sourcesIn, type Workshop } from './toolchain.js';

/** How programs for the C library are compiled. */
export const hostedFlags = [
  ...compileFlags,
  '-mno-outline-atomics',
  '-ffunction-sections',
  '-fdata-sections',
  '-Isource/guest/libcxx/include',
  '-Isource/guest/zx/include',
  '-Isource/guest/libc/include',
];

/** What programs do all the time, to be fast; and the rest, to be small. */
const fast = ['string', 'stdio', 'stdlib', 'threads', 'cxx', 'start'].map((name) => `guest/libc/${name}`);
const small = ['wide', 'floating', 'math', 'time', 'posix', 'launch'].map((name) => `guest/libc/${name}`);

/** For programs that wait most of the time. */
export const smallFlags = [...hostedFlags, '-Oz'];

/** What all links have in common. */
export const linkFlags = [
  '-nostdlib',
  '--build-id=sha1',
  '--hash-style=gnu',
  '-znoexecstack',
  '-zmax-page-size=4096',
  '-zrelro',
  '-znow',
  '-ztext',
  '-zdefs',
  // What nobody calls is left out; sections that are found by the names of their ends stay.
  '--gc-sections',
  '-znostart-stop-gc',
];

/** Links libc.so in the workshop, where libzircon.so is already, and compiles the programs' entry point. */
export function buildLibc(workshop: Workshop): void {
  const objects = [
    ...workshop.compile([...fast, 'guest/ldso'].flatMap(sourcesIn), hostedFlags),
    ...workshop.compile([...small, 'guest/terminal'].flatMap(sourcesIn), [...hostedFlags, '-Os']),
  ];
  // The memory functions become the library's: its own header makes them visible.
  const memory = workshop.compile(sourcesIn('guest/memory'), [
    ...hostedFlags,
    '-include',
    'source/guest/libc/include/string.h',
  ]);
  const shared = ['-shared', '-Bsymbolic', '-e', '_dl_start', '-soname', 'libc.so'];
  workshop.run('ld.lld', [
    ...linkFlags,
    ...shared,
    ...objects,
    ...memory,
    'libzircon.so',
    '--strip-all',
    '-o',
    'libc.so',
  ]);
  workshop.compile(['guest/libc/crt/Scrt1.S'], hostedFlags);
}

const entryPoint = 'guest/libc/crt/Scrt1.S.o';

/** Links a shared library from objects; `more` are further flags and libraries. */
export function linkLibrary(
  workshop: Workshop,
  soname: string,
  objects: readonly string[],
  more: readonly string[] = [],
): void {
  const inputs = [...objects, ...more, 'libc.so', 'libzircon.so'];
  workshop.run('ld.lld', [
    ...linkFlags,
    '-shared',
    '-soname',
    soname,
    ...inputs,
    '--strip-all',
    '-o',
    soname,
  ]);
}

/**
 * Links a program that starts in the dynamic linker; `libraries` are files in the workshop. `strip` says what is left out
 * of its symbols.
 */
export function linkDynamic(
  workshop: Workshop,
  output: string,
  objects: readonly string[],
  libraries: readonly string[] = [],
  strip: '--strip-all' | '--strip-debug' = '--strip-all',
): void {
  const inputs = [entryPoint, ...objects, ...libraries, 'libc.so', 'libzircon.so'];
  const dynamic = ['-pie', '--dynamic-linker=ld.so.1', '--as-needed'];
  workshop.run('ld.lld', [...linkFlags, ...dynamic, ...inputs, strip, '-o', output]);
}
