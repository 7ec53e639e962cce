/**
 * `-daemonize`: the machine runs in a process of its own, in a session of its own. This one ends when all is set up there,
 * so that whoever has started it can go on, or says what was wrong.
 */
import { spawn } from 'node:child_process';
import type { Shell } from '../command.js';

/** In the environment of the other process. */
const MARK = 'FIRSTLIGHT_DAEMON';

/** Whether this is the other process. */
export const isDaemon = (): boolean => process.env[MARK] !== undefined && process.send !== undefined;

/** Runs `firstlight qemu` with these words in another process, until that is set up. */
export function startDaemon(words: readonly string[], shell: Shell): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1], 'qemu', ...words], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, [MARK]: '1' },
  });
  return new Promise((resolve) => {
    let isUp = false;
    child.stderr?.on('data', (data: Buffer) => shell.error(data.toString()));
    child.on('message', () => {
      isUp = true;
      child.disconnect();
      child.stderr?.destroy();
      child.unref();
      resolve();
    });
    child.on('close', (status) => {
      if (!isUp) shell.exit(status ?? 1);
      resolve();
    });
  });
}

/** The other process: nobody hears what it says once it is set up, which `ready` tells. */
export function daemonShell(shell: Shell): { readonly shell: Shell; readonly ready: () => void } {
  let isUp = false;
  return {
    shell: {
      out: () => undefined,
      error: (text) => {
        if (!isUp) shell.error(text);
      },
      exit: (status) => shell.exit(status),
    },
    ready: () => {
      isUp = true;
      process.send?.('ready', () => process.disconnect());
    },
  };
}
