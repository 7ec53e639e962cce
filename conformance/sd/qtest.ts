/** Carries out operations on QEMU's raspi3b by its qtest protocol (QEMU, docs/devel/testing/qtest). Cores and time stand still. */
import { spawn } from 'node:child_process';
import type { Operation } from './operations.js';

const letters = { 1: 'b', 2: 'w', 4: 'l' } as const;

const line = (operation: Operation): string => {
  const access = `${operation.kind}${letters[operation.size]} ${operation.address}`;
  return operation.kind === 'write' ? `${access} ${operation.value}` : access;
};

const TIMEOUT_MS = 60_000;

/** What each operation read; 0 for the others. `image` is the card's content, raw; undefined for an empty slot. */
export function onQemu(operations: readonly Operation[], image: string | undefined): Promise<number[]> {
  const drive = image === undefined ? [] : ['-drive', `if=sd,format=raw,cache=unsafe,file=${image}`];
  const child = spawn(
    'qemu-system-aarch64',
    [
      ...['-M', 'raspi3b', '-display', 'none', '-serial', 'null', '-monitor', 'none', '-S'],
      ...['-qtest', 'stdio', '-qtest-log', '/dev/null'],
      ...drive,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  return new Promise((resolve, reject) => {
    const values: number[] = [];
    let rest = '';
    let errors = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.stdout.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) {
        if (each.startsWith('FAIL')) errors += each;
        else if (each.startsWith('OK')) values.push(Number(each.split(' ')[1] ?? 0));
      }
      // It does not end by itself when its input does.
      if (values.length >= operations.length) child.kill();
    });
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      if (values.length < operations.length)
        reject(new Error(`QEMU answered ${values.length} operations: ${errors}`));
      else resolve(values.map((value, i) => (operations[i].kind === 'read' ? value : 0)));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.write(operations.map((each) => `${line(each)}\n`).join(''));
  });
}
