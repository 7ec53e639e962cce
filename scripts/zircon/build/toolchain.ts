/**
 * Debian's clang and lld for the guest. Everything is built in one temporary directory by relative names, so that the
 * bytes depend on nothing but sources and tools.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { root } from '../abi.js';

/** The version of LLVM that the checked-in images are built with. */
const llvmVersion = 14;

/** Target and language, the same for all guest code. x18 stays free: Zircon's programs may give it a meaning. */
export const targetFlags = ['--target=aarch64-linux-gnu', '-ffreestanding', '-nostdlibinc', '-ffixed-x18'];

/** What each language adds, by the ends of files. */
const languageFlags: Readonly<Record<string, readonly string[]>> = {
  '.c': ['-std=c11'],
  '.S': [],
  // Hosted, as main is to be the C library's.
  '.cc': ['-std=c++17', '-fhosted', '-fno-exceptions', '-fno-rtti'],
};

export const compileFlags = [
  ...targetFlags,
  '-O2',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-fPIC',
  '-fvisibility=hidden',
  '-fno-stack-protector',
  '-fno-ident',
  // The functions of guest/memory must not become calls of themselves.
  '-fno-builtin',
  '-ffile-prefix-map=source=.',
  '-Isource/guest/include',
];

/** For programs without a C library: <string.h> is guest/memory's. */
export const libraryFreeFlags = [...compileFlags, '-Isource/guest/memory'];

/** A directory to build in: `source` in it is the repository. */
export class Workshop {
  readonly directory = mkdtempSync(join(tmpdir(), 'firstlight-guest-'));

  constructor() {
    symlinkSync(root, join(this.directory, 'source'));
  }

  /** Runs a tool there and returns what it prints. @throws with the tool's own words if it fails */
  run(tool: string, args: readonly string[]): string {
    return execFileSync(toolPath(tool), args, {
      cwd: this.directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
    });
  }

  /** Compiles each source (a path in the repository, .c, .cc or .S) and returns the objects' names. */
  compile(sources: readonly string[], flags: readonly string[]): string[] {
    return sources.map((source) => {
      const object = `${source}.o`;
      mkdirSync(join(this.directory, dirname(object)), { recursive: true });
      const language = languageFlags[extname(source)];
      this.run('clang', [...flags, ...language, '-c', `source/${source}`, '-o', object]);
      return object;
    });
  }

  /** A file there. */
  read(file: string): Uint8Array {
    return readFileSync(join(this.directory, file));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** `/usr/bin/clang-14` where the system has it, else `clang`. */
export function toolPath(tool: string): string {
  const versioned = `/usr/bin/${tool}-${llvmVersion}`;
  return existsSync(versioned) ? versioned : tool;
}

/** The C, C++ and assembly files of a folder of the repository, in the order of their names. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => extname(name) in languageFlags && !basename(name).startsWith('.'))
    .sort()
    .map((name) => join(folder, name));
}

/** The compiler as the manifest of the images names it: `clang 14.0.6`. */
export function compilerVersion(workshop: Workshop): string {
  const [, version] = /clang version (\d+(?:\.\d+)*)/.exec(workshop.run('clang', ['--version'])) ?? [];
  return `clang ${version ?? 'of an unknown version'}`;
}
