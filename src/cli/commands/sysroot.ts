/** `firstlight sysroot DIR`: headers and libraries for programs of one's own, and clang's options for them. */
import { join, resolve } from 'node:path';
import { fileKind } from '../../images/index.js';
import { sysrootLibraries } from '../../zircon/index.js';
import { examples, UsageError, type AddCommand } from '../command.js';
import { filesBelow, isFile, isMissingOrEmpty, readInput, replaceDirectory } from '../files/index.js';
import { packagePath } from '../package.js';

/** Where the headers are, from the root of the package, and where they go. */
const headers = [
  ['guest/include', 'include'],
  ['guest/libc/include', 'include'],
  ['guest/static/include', 'include'],
  ['guest/zx/include', 'include'],
  ['guest/libcxx/include', 'include/c++'],
] as const;

/** First line of the files of options: by it a sysroot is known. */
const MARK = '# Options for clang, written by firstlight sysroot.';
const PROGRAM_OPTIONS = 'clang.cfg';

/** What the code of a program must be like, whatever it is linked with. */
const compile = (include: string): string[] => [
  '--target=aarch64-linux-gnu',
  '-nostdlibinc',
  `-isystem ${include}/c++`,
  `-isystem ${include}`,
  '-fPIC',
  '-ffixed-x18',
  '-mno-outline-atomics',
  '-fno-math-errno',
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-stack-protector',
];

const link = (library: string): string[] => [
  '-fuse-ld=lld',
  '-nostdlib',
  '-pie',
  `-L${library}`,
  '-Wl,-z,max-page-size=4096,-z,now,-z,relro,-z,defs,--hash-style=gnu,--as-needed',
];

/** Files of options for `clang --config`: one option a line. */
function clangOptions(directory: string): Map<string, string> {
  // Blanks and backslashes in a path would end it, or vanish.
  const at = (name: string): string => join(directory, name).replace(/[\s\\"'#]/g, '\\$&');
  const common = [...compile(at('include')), ...link(at('lib'))];
  const program = ['-Wl,--dynamic-linker=ld.so.1', '-Wl,-lcrt,-lc,-lzircon'];
  const withoutLibrary = [
    '-ffreestanding',
    '-Wl,--no-dynamic-linker,-e,__static_start',
    '-Wl,-lstatic,-lzircon',
  ];
  const text = (lines: readonly string[]): string => [MARK, ...common, ...lines, ''].join('\n');
  return new Map([
    [PROGRAM_OPTIONS, text(program)],
    ['static.cfg', text(withoutLibrary)],
  ]);
}

const contentOf = (path: string): Uint8Array => readInput(path, fileKind.content).bytes;

/** Everything in the sysroot, by path in it. */
function sysroot(directory: string): Map<string, Uint8Array | string> {
  const files = new Map<string, Uint8Array | string>(clangOptions(directory));
  for (const [from, to] of headers) {
    const folder = packagePath(from);
    for (const path of filesBelow(folder)) files.set(join(to, path), contentOf(join(folder, path)));
  }
  for (const [name, bytes] of sysrootLibraries()) files.set(join('lib', name), bytes);
  return files;
}

export const addSysroot: AddCommand = (program, { out }) => {
  program
    .command('sysroot')
    .description("write headers, libraries and clang's options for programs of your own")
    .argument('<directory>', 'where to write: a new or empty directory, or an earlier sysroot')
    .addHelpText(
      'after',
      examples(
        'firstlight sysroot zircon',
        'clang --config zircon/clang.cfg mine.c -o mine',
        'clang++ --config zircon/clang.cfg -std=c++17 mine.cc -o mine',
        'firstlight zircon --add bin/mine=mine --append "userboot.next=bin/mine+arg userboot.shutdown"',
        'clang --config zircon/static.cfg raw.c -o raw      # without the C library',
      ) + '\n\ndocs/writing-programs.md tells more.',
    )
    .action((path: string) => {
      if (path === '') throw new UsageError("expected a directory, found ''");
      const directory = resolve(path);
      const earlier = join(directory, PROGRAM_OPTIONS);
      if (!isMissingOrEmpty(directory) && !(isFile(earlier) && startsWith(earlier, MARK))) {
        throw new UsageError(`${path}: expected a new or empty directory, or an earlier sysroot`);
      }
      replaceDirectory(directory, sysroot(directory));
      const options = join(path, PROGRAM_OPTIONS);
      const shown = /[\s"'\\]/.test(options) ? JSON.stringify(options) : options;
      out(`wrote ${path}: compile with\n  clang --config ${shown} mine.c -o mine\n`);
    });
};

function startsWith(path: string, text: string): boolean {
  return Buffer.from(contentOf(path).subarray(0, text.length)).toString() === text;
}
