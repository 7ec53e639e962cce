/** Carries out operations on QEMU's raspi3b. */
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { keyCode, keyNames, type InputEvent, type UsbSpecification } from '../../src/machine/index.js';
import { Qtest } from '../qtest.js';
import { stickContent } from './storage.js';
import { DWC2, PENDING_1, PENDING_USB, deviceOption, qmpEvent, type Operation } from './operations.js';

function command(operation: Operation): string {
  switch (operation.kind) {
    case 'read':
      return `readl ${DWC2 + operation.register}`;
    case 'write':
      return `writel ${DWC2 + operation.register} ${operation.value}`;
    case 'store':
      return `write ${operation.address} ${operation.bytes.length} 0x${Buffer.from(operation.bytes).toString('hex')}`;
    case 'load':
      return `read ${operation.address} ${operation.length}`;
    case 'settle':
    case 'drain':
    case 'line':
    case 'input':
      return `readl ${PENDING_1}`;
  }
}

function resultOf(operation: Operation, reply: string): string {
  switch (operation.kind) {
    case 'read':
      return String(Number(reply));
    case 'load':
      return reply.slice(2);
    case 'line':
      return String((Number(reply) & PENDING_USB) !== 0);
    default:
      return '';
  }
}

/** Ms of the host's time in which everything has come to its end. */
const SETTLED = 25;
/** Where the cores begin: `wfi`, and back. */
const IDLE = {
  kind: 'store',
  address: 0,
  bytes: Uint8Array.of(0x7f, 0x20, 0x03, 0xd5, 0xff, 0xff, 0xff, 0x17),
} as const;

/**
 * What each operation gives; nothing for those that give nothing. `socket`: a path for QMP's. Time stands still but where
 * something is to settle. Each command is waited for: what one has put off QEMU does only then.
 */
export async function onQemu(
  operations: readonly Operation[],
  devices: readonly UsbSpecification[],
  socket: string,
  options: readonly string[] = [],
): Promise<string[]> {
  const usb = devices.flatMap((device) => ['-device', deviceOption(device)]);
  const sticks = devices.flatMap((device) => {
    if (device.kind !== 'usb-storage') return [];
    const file = `${socket}.${device.drive}`;
    writeFileSync(file, stickContent(device.disk));
    return ['-drive', `if=none,id=${device.drive},file=${file},format=raw`];
  });
  const qemu = new Qtest([
    '-monitor',
    'none',
    '-qmp',
    `unix:${socket},server=on,wait=off`,
    ...options,
    ...sticks,
    ...usb,
  ]);
  const results: string[] = [];
  try {
    await qemu.ask([command(IDLE)]);
    const qmp = await qemu.whileItRuns(Qmp.connect(socket));
    for (const operation of operations) {
      if (operation.kind === 'settle') await qemu.whileItRuns(qmp.settle([]));
      else if (operation.kind === 'drain') await qemu.whileItRuns(qmp.execute('stop', {}));
      else if (operation.kind === 'input') await qemu.whileItRuns(qmp.settle(operation.events));
      const [reply] = await qemu.ask([command(operation)]);
      results.push(resultOf(operation, reply));
    }
    return results;
  } finally {
    qemu.end();
  }
}

const nameOf = (code: number): string => keyNames.find((name) => keyCode(name) === code) ?? 'unmapped';

class Qmp {
  private constructor(
    private readonly socket: Socket,
    private readonly lines: AsyncIterator<string, undefined>,
  ) {}

  static async connect(path: string): Promise<Qmp> {
    const socket = connect(path);
    socket.on('error', () => undefined);
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    await lines.next();
    const qmp = new Qmp(socket, lines);
    await qmp.execute('qmp_capabilities', {});
    return qmp;
  }

  /** Lets time pass, in which events come. */
  async settle(events: readonly InputEvent[]): Promise<void> {
    await this.execute('cont', {});
    const sent = events.flatMap((event) => qmpEvent(event, nameOf) ?? []);
    if (sent.length > 0) await this.execute('input-send-event', { events: sent });
    await new Promise((resolve) => setTimeout(resolve, SETTLED));
    await this.execute('stop', {});
  }

  async execute(name: string, parameters: object): Promise<void> {
    this.socket.write(JSON.stringify({ execute: name, arguments: parameters }) + '\n');
    for (;;) {
      const { value = '{"error":"QMP has ended"}' } = await this.lines.next();
      const reply = JSON.parse(value) as { return?: unknown; error?: unknown };
      if (reply.error !== undefined) throw new Error(`QMP, ${name}: ${JSON.stringify(reply.error)}`);
      if (reply.return !== undefined) return;
    }
  }
}
