/** Runs single FP instructions under qemu-aarch64, by the program oracle.S. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const STATE_BYTES = 96;
export const RESULT_BYTES = 32;
export const MAX_STATES = 4096;

/** Byte offsets in a state. */
export const stateAt = { v: [48, 0, 16, 32], x1: 64, fpcr: 72, fpsr: 76, nzcv: 80 } as const;
/** Byte offsets in a result. */
export const resultAt = { v0: 0, x0: 16, fpsr: 24, nzcv: 28 } as const;

/** One instruction word and the states that it runs from: V0 to V3, X1, FPCR, FPSR, NZCV. */
export interface Group {
  readonly word: number;
  readonly states: DataView;
}

function run(command: string, args: readonly string[], input?: Uint8Array): Buffer {
  const done = spawnSync(command, args, { input: input ?? new Uint8Array(), maxBuffer: 2 ** 30 });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ended with ${done.status}: ${done.stderr.toString()}`);
  return done.stdout;
}

/** The oracle's program, built into a directory of its own until `close`. */
export class Oracle {
  private readonly directory = mkdtempSync(join(tmpdir(), 'fp-oracle-'));
  private readonly program = join(this.directory, 'oracle');

  constructor() {
    const source = fileURLToPath(new URL('oracle.S', import.meta.url));
    const target = ['--target=aarch64-linux-gnu', '-nostdlib', '-static', '-fuse-ld=lld'];
    run('clang', [...target, '-o', this.program, source]);
  }

  close(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** The results of each group's states. */
  run(groups: readonly Group[]): DataView[] {
    const input = Buffer.concat(
      groups.flatMap(({ word, states }) => {
        const header = Buffer.alloc(8);
        header.writeUInt32LE(word >>> 0, 0);
        header.writeUInt32LE(states.byteLength / STATE_BYTES, 4);
        return [header, Buffer.from(states.buffer, states.byteOffset, states.byteLength)];
      }),
    );
    const output = run('qemu-aarch64', ['-cpu', 'cortex-a53', this.program], input);
    let at = 0;
    return groups.map(({ states }) => {
      const bytes = (states.byteLength / STATE_BYTES) * RESULT_BYTES;
      const view = new DataView(output.buffer, output.byteOffset + at, bytes);
      at += bytes;
      return view;
    });
  }
}
