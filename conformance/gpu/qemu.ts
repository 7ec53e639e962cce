/** Carries out operations on QEMU's board `raspi3b`, and takes pictures by its monitor. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Qtest } from '../qtest.js';
import { hex, type Operation, type Outcome, type Picture } from './operations.js';

/** The protocol's command for an operation on memory. */
function command(operation: Exclude<Operation, { kind: 'picture' }>): string {
  const address = hex(operation.address);
  switch (operation.kind) {
    case 'read':
      return `readl ${address}`;
    case 'write':
      return `writel ${address} ${hex(operation.value)}`;
    case 'put':
      return `b64write ${address} ${hex(operation.bytes.length)} ${Buffer.from(operation.bytes).toString('base64')}`;
    case 'get':
      return `b64read ${address} ${hex(operation.length)}`;
  }
}

function outcomeOf({ kind }: Operation, result: string): Outcome {
  if (kind === 'read') return Number(BigInt(result));
  return kind === 'get' ? Buffer.from(result, 'base64') : undefined;
}

/** A binary pixmap, as `screendump` writes it: each row fills whole words, whatever the format says. */
function readPixmap(file: string): Picture {
  const bytes = readFileSync(file);
  const [header, ...size] = /^P6\s(\d+)\s(\d+)\s255\s/.exec(bytes.toString('latin1', 0, 64)) ?? [];
  if (header === undefined) throw new Error(`${file}: no pixmap`);
  const [width, height] = size.map(Number);
  const rgb = new Uint8Array(3 * width * height);
  const rowBytes = Math.ceil((3 * width) / 4) * 4;
  for (let y = 0; y < height; y++) {
    const start = header.length + y * rowBytes;
    rgb.set(bytes.subarray(start, start + 3 * width), y * 3 * width);
  }
  return { width, height, rgb };
}

/** Sends to the monitor, and waits for its next prompt. */
function monitor(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve) => {
    let heard = '';
    const hear = (data: Buffer): void => {
      heard += data.toString();
      if (!/\n\(qemu\) $/.test(heard)) return;
      socket.off('data', hear);
      resolve();
    };
    socket.on('data', hear);
    socket.write(text);
  });
}

/** What each operation gives on QEMU 7.2. Throws if QEMU is missing, or does not come to an end. */
export async function onQemu(operations: readonly Operation[]): Promise<Outcome[]> {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'firstlight-'));
  const socketPath = join(directory, 'monitor');
  const picture = join(directory, 'picture.ppm');
  const qemu = new Qtest(['-monitor', `unix:${socketPath},server=on,wait=off`]);
  let socket: Socket | undefined;
  const takePicture = async (): Promise<Picture> => {
    if (socket === undefined) {
      socket = connect(socketPath);
      await monitor(socket, ''); // what it says first
    }
    await monitor(socket, `screendump ${picture}\n`);
    return readPixmap(picture);
  };
  try {
    const outcomes: Outcome[] = [];
    // Once it answers, its monitor is there, too.
    await qemu.ask(['readl 0']);
    for (let at = 0; at < operations.length;) {
      const next = operations.findIndex(({ kind }, i) => i >= at && kind === 'picture');
      const end = next < 0 ? operations.length : next;
      const batch = operations.slice(at, end).filter((each) => each.kind !== 'picture');
      const results = await qemu.ask(batch.map(command));
      outcomes.push(...batch.map((operation, i) => outcomeOf(operation, results[i])));
      if (next >= 0) outcomes.push(await qemu.whileItRuns(takePicture()));
      at = end + 1;
    }
    return outcomes;
  } finally {
    socket?.destroy();
    qemu.end();
    rmSync(directory, { recursive: true });
  }
}
