/** `-d int` of `firstlight qemu` against QEMU's: a program that takes exceptions of many kinds. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../src/cli/program.js';
import { assembled } from '../qemu/bare-program.js';

export interface Logs {
  readonly lines: number;
  readonly differing: readonly string[];
}

export async function compareLogs(): Promise<Logs> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-log-'));
  const [kernel, theirs, ours] = ['kernel', 'theirs', 'ours'].map((name) => join(directory, name));
  const machine = ['-M', 'virt', '-cpu', 'cortex-a53', '-display', 'none', '-serial', 'none', '-monitor'];
  const words = (log: string) => [
    ...[...machine, 'none', '-chardev', `file,id=console,path=${join(directory, 'console')}`],
    ...['-semihosting-config', 'chardev=console', '-d', 'int', '-D', log, '-kernel', kernel],
  ];
  try {
    writeFileSync(kernel, assembled('log', 0x4008_0000, ''));
    spawnSync('qemu-system-aarch64', [...words(theirs), '-net', 'none'], { timeout: 20_000 });
    const text = { out: () => undefined, error: () => undefined };
    await runProgram(['qemu', ...words(ours), '--clock', 'virtual', '--timeout', '20'], text);
    const [expected, found] = [theirs, ours].map((path) => readFileSync(path, 'latin1').split('\n'));
    const at = expected.findIndex((line, i) => line !== found[i]);
    const differing = at < 0 ? [] : [`-d int, line ${at}: QEMU '${expected[at]}', here '${found[at]}'`];
    if (expected.length !== found.length) differing.push(`-d int: ${expected.length} lines, ${found.length}`);
    return { lines: expected.length, differing };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
