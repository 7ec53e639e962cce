/** Runs single FP instructions under qemu-aarch64, by the program oracle.S. */
import { spawn, spawnSync } from 'node:child_process';
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

function build(args: readonly string[]): void {
  const { error, status, stderr } = spawnSync('clang', args);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`clang ended with ${status}: ${stderr.toString()}`);
}

/** Runs a command on `input`; answers its standard output. */
function run(command: string, args: readonly string[], input: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => output.push(part));
    child.on('error', reject);
    child.stdin.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(Buffer.concat(output));
      else reject(new Error(`${command} ended with ${status}`));
    });
    child.stdin.end(input);
  });
}

/** The oracle's program, built into a directory of its own until `close`. */
export class Oracle {
  private readonly directory = mkdtempSync(join(tmpdir(), 'fp-oracle-'));
  private readonly program = join(this.directory, 'oracle');

  constructor() {
    const source = fileURLToPath(new URL('oracle.S', import.meta.url));
    const target = ['--target=aarch64-linux-gnu', '-nostdlib', '-static', '-fuse-ld=lld'];
    build([...target, '-o', this.program, source]);
  }

  close(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** The results of each group's states. */
  async run(groups: readonly Group[]): Promise<DataView[]> {
    const input = Buffer.concat(
      groups.flatMap(({ word, states }) => {
        const header = Buffer.alloc(8);
        header.writeUInt32LE(word >>> 0, 0);
        header.writeUInt32LE(states.byteLength / STATE_BYTES, 4);
        return [header, Buffer.from(states.buffer, states.byteOffset, states.byteLength)];
      }),
    );
    const output = await run('qemu-aarch64', ['-cpu', 'cortex-a53', this.program], input);
    const wanted =
      groups.reduce((sum, { states }) => sum + states.byteLength / STATE_BYTES, 0) * RESULT_BYTES;
    if (output.length !== wanted) throw new Error(`the oracle gave ${output.length} bytes, not ${wanted}`);
    let at = 0;
    return groups.map(({ states }) => {
      const bytes = (states.byteLength / STATE_BYTES) * RESULT_BYTES;
      const view = new DataView(output.buffer, output.byteOffset + at, bytes);
      at += bytes;
      return view;
    });
  }
}
