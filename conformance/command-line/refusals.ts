/** What `firstlight qemu` refuses in QEMU's words: QEMU refuses it, with the same line and the same exit status. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../src/cli/program.js';
import { documentedDevices } from '../../src/cli/qemu/options/device-help.js';
import { refusals } from '../../src/cli/qemu/test-refusals.js';

const PREFIX = /^(firstlight: qemu|qemu-system-aarch64): /;

export interface Refusals {
  readonly compared: number;
  readonly differing: readonly string[];
}

export async function compareRefusals(): Promise<Refusals> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-refusals-'));
  try {
    for (const name of ['hello', 'disk']) writeFileSync(join(directory, name), new Uint8Array(512));
    const differing: string[] = [];
    for (const [line] of refusals) {
      const words =
        line === '' ? [] : line.split(' ').map((word) => word.replace(/(^|=|:)@/, `$1${directory}/`));
      const [ours, qemu] = [await onFirstlight(words), onQemu(words)];
      if (ours.status !== qemu.status || !ours.text.startsWith(qemu.text) || qemu.text === '')
        differing.push(`${line}: ${ours.status} '${ours.text}', QEMU ${qemu.status} '${qemu.text}'`);
    }
    const lists = ['-device help', ...documentedDevices.map((driver) => `-device ${driver},help`)];
    for (const line of lists) differing.push(...(await unknownTo(line.split(' '))));
    return { compared: refusals.length + lists.length, differing };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Lines of a list of what there is, which are not in QEMU's. */
async function unknownTo(words: readonly string[]): Promise<string[]> {
  let text = '';
  await runProgram(['qemu', ...words], { out: (data) => (text += String(data)), error: () => undefined });
  const { stdout } = spawnSync('qemu-system-aarch64', words, { encoding: 'utf8' });
  const known = stdout.split('\n');
  const lines = text.split('\n');
  return [
    ...lines.filter((line) => !known.includes(line)).map((line) => `${words.join(' ')}: only here: ${line}`),
    ...(text === '' ? [`${words.join(' ')}: nothing`] : []),
  ];
}

interface Refusal {
  readonly status: number | null;
  readonly text: string;
}

async function onFirstlight(words: readonly string[]): Promise<Refusal> {
  let text = '';
  const status = await runProgram(['qemu', ...words], {
    out: () => undefined,
    error: (each) => (text += each),
  });
  return { status, text: text.replace(PREFIX, '').trimEnd() };
}

/** Its first line that is no warning. Nothing of it opens a window, or needs a network card's ROM. */
function onQemu(words: readonly string[]): Refusal {
  const apart = words.some((word) => word.startsWith('-M')) ? ['-display', 'none', '-net', 'none', '-S'] : [];
  const { status, stderr } = spawnSync('qemu-system-aarch64', [...apart, ...words], {
    encoding: 'utf8',
    input: '',
    timeout: 20_000,
  });
  const lines = stderr.split('\n').filter((each) => !each.includes('warning: '));
  return { status, text: (lines[0] ?? '').replace(PREFIX, '') };
}
