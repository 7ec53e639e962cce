/** What QEMU logs of each instruction's state before it, of core 0: `-singlestep -d exec,cpu,nochain`. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface QemuStep {
  readonly pc: bigint;
  /** X0 to X30, then SP. */
  readonly registers: readonly bigint[];
  /** N, Z, C and V, from bit 3 on, and the exception level. */
  readonly nzcv: number;
  readonly level: number;
}

const TIMEOUT_MS = 120_000;

/** The first steps, as many as are wanted; fewer if QEMU ends before. */
export async function qemuSteps(args: readonly string[], wanted: number): Promise<QemuStep[]> {
  const log = ['-singlestep', '-d', 'exec,cpu,nochain', '-accel', 'tcg,thread=single'];
  const quiet = ['-display', 'none', '-serial', 'none', '-monitor', 'none', '-no-reboot'];
  const child = spawn('qemu-system-aarch64', [...args, ...log, ...quiet], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  const steps: QemuStep[] = [];
  let record: string[] = [];
  let last = '';
  let isOurs = false;
  for await (const line of createInterface({ input: child.stderr })) {
    const [, core] = /^Trace (\d+):/.exec(line) ?? [];
    if (core !== undefined) {
      const text = record.filter((each) => /^ ?(PC|X\d\d|PSTATE)=/.test(each)).join(' ');
      // A core that is asked to let another one go first is logged once more at the same instruction.
      if (isOurs && text !== last) steps.push(stepOf(text));
      if (isOurs) last = text;
      if (steps.length >= wanted) break;
      [isOurs, record] = [core === '0', []];
    } else if (isOurs) record.push(line);
  }
  clearTimeout(timer);
  child.kill('SIGKILL');
  return steps;
}

function stepOf(text: string): QemuStep {
  const registers = Array.from({ length: 31 }, () => 0n);
  for (const [, number, value] of text.matchAll(/\bX(\d\d)=([0-9a-f]{16})/g))
    registers[Number(number)] = BigInt(`0x${value}`);
  const value = (name: string) => BigInt(`0x${new RegExp(`\\b${name}=([0-9a-f]+)`).exec(text)?.[1] ?? '0'}`);
  const pstate = Number(value('PSTATE'));
  return {
    pc: value('PC'),
    registers: [...registers, value('SP')],
    nzcv: pstate >>> 28,
    level: (pstate >> 2) & 3,
  };
}
