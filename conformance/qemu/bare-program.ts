/** Small bare-metal programs for QEMU's board `virt`: made with clang and lld, run with a file as the board's RAM. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sources = new URL('../../guest/conformance/', import.meta.url).pathname;
const buildDirectory = new URL('../../.cache/conformance/', import.meta.url).pathname;
/** Of RAM. */
const MEBIBYTES = 128;

/**
 * The bytes of `guest/conformance/NAME.S` for an address. Its header `NAME-layout.h` says `layout`. Throws when clang or
 * ld.lld fails.
 */
export function assembled(
  name: string,
  address: number,
  layout: string,
  defines: readonly string[] = [],
): Uint8Array {
  mkdirSync(buildDirectory, { recursive: true });
  const [object, image] = [`${name}.o`, `${name}.bin`].map((file) => join(buildDirectory, file));
  writeFileSync(join(buildDirectory, `${name}-layout.h`), layout);
  const options = ['--target=aarch64-none-elf', `-I${buildDirectory}`, ...defines];
  execFileSync('clang', [...options, '-c', join(sources, `${name}.S`), '-o', object]);
  const place = `0x${address.toString(16)}`;
  execFileSync('ld.lld', ['-Ttext', place, '-e', '_start', '--oformat', 'binary', object, '-o', image]);
  return readFileSync(image);
}

export interface BareRun {
  /** What RAM begins with. */
  readonly memory: Uint8Array;
  /** Properties of the board, `virtualization=on`. */
  readonly board: string;
  /** Further options: what a core starts with. `directory` is there for files until QEMU ends. */
  readonly start: (directory: string) => readonly string[];
  /** In ms. */
  readonly timeout: number;
}

/** RAM after a cortex-a53 has switched the machine off; throws if it does not. */
export function ramAfter({ memory, board, start, timeout }: BareRun): Uint8Array {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'firstlight-'));
  const ram = join(directory, 'ram');
  try {
    writeFileSync(ram, memory);
    truncateSync(ram, MEBIBYTES * 2 ** 20);
    execFileSync(
      'qemu-system-aarch64',
      [
        ...['-M', `virt,${board},memory-backend=ram`, '-cpu', 'cortex-a53', '-m', `${MEBIBYTES}M`],
        ...['-object', `memory-backend-file,id=ram,size=${MEBIBYTES}M,mem-path=${ram},share=on`],
        ...start(directory),
        ...['-display', 'none', '-serial', 'none', '-monitor', 'none', '-nodefaults', '-no-reboot'],
      ],
      { timeout, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    return readFileSync(ram);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** For `start`: at an address, at the highest level that the core has. */
export const startAt = (address: number) => (): readonly string[] => [
  '-device',
  `loader,addr=0x${address.toString(16)},cpu-num=0`,
];
