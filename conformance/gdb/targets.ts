/** The same kernel on QEMU and here, each waiting for GDB before its first instruction. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

export interface Boot {
  readonly board: string;
  /** What makes QEMU's board as ours is. */
  readonly qemu: readonly string[];
  readonly cores: number;
  readonly mebibytes: number;
  readonly kernel: string;
  readonly dtb?: string;
  readonly append: string;
}

/** A target that GDB can be told to come to. */
export interface GdbTarget {
  readonly name: 'QEMU' | 'firstlight';
  readonly port: number;
  readonly process: ChildProcess;
  /** The status by which it ended; undefined while it runs. */
  readonly status: () => number | undefined;
}

export async function startQemu(boot: Boot): Promise<GdbTarget> {
  const port = await freePort();
  const { board, qemu, cores, mebibytes, kernel, dtb, append } = boot;
  return start('QEMU', port, 'qemu-system-aarch64', [
    // By turns: on two processors, four cores in threads of their own at times never leave their waiting loops.
    ...['-accel', 'tcg,thread=single'],
    ...['-M', board, '-smp', `${cores}`, '-m', `${mebibytes}M`, '-kernel', kernel, '-append', append],
    ...(dtb === undefined ? [] : ['-dtb', dtb]),
    ...qemu,
    ...['-display', 'none', '-serial', 'none', '-monitor', 'none', '-S', '-gdb', `tcp:127.0.0.1:${port}`],
  ]);
}

export async function startFirstlight(boot: Boot): Promise<GdbTarget> {
  const port = await freePort();
  const { board, cores, mebibytes, kernel, dtb, append } = boot;
  return start('firstlight', port, process.execPath, [
    ...['--import', 'tsx', 'src/cli/main.ts', 'boot', '-M', board.split(',')[0], '--smp', `${cores}`],
    ...['-m', `${mebibytes}M`, '--kernel', kernel, '--append', append],
    ...(dtb === undefined ? [] : ['--dtb', dtb]),
    ...['--gdb', `${port}`, '--halted'],
  ]);
}

/** Starts a process, and waits until somebody listens. */
async function start(
  name: GdbTarget['name'],
  port: number,
  program: string,
  args: string[],
): Promise<GdbTarget> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  let status: number | undefined;
  child.on('close', (code) => (status = code ?? -1));
  for (let tries = 0; isFree(port); tries++) {
    if (status !== undefined || tries > 600) throw new Error(`${name} does not listen: ${errors}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { name, port, process: child, status: () => status };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether nobody listens yet. To connect would be to be the debugger. */
function isFree(port: number): boolean {
  const listening = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return !readFileSync('/proc/net/tcp', 'utf8').includes(listening);
}
