/**
 * QMP against QEMU's: the same machine and the same messages, each with what is sent after it until the next. What is
 * compared is all but times, processes, versions and QEMU's own names of cores.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../src/cli/program.js';
import { image } from './image.js';
import { conversation, disks, ending, goingOn, outOfBand } from './qmp-messages.js';

interface Setup {
  readonly name: string;
  readonly options: readonly string[];
  /** What an Image does. */
  readonly program: readonly string[];
  readonly messages: readonly string[];
  /** The event that is waited for after `cont`. */
  readonly leadsTo?: string;
  /** QEMU may be gone before what it has answered to the last message is: then it is asked once more. */
  readonly mayVanish?: true;
}

const virt = ['-M', 'virt', '-cpu', 'cortex-a53', '-smp', '2', '-net', 'none'];
const input = ['-device', 'usb-kbd', '-device', 'usb-mouse', '-device', 'usb-tablet'];
const disk = ['-drive', 'if=sd,file=@disk,format=raw,id=hd'];
const forEver = ['b #0'];
const psci = (number: number): string[] => [
  'movz w0, #0x8400, lsl #16',
  `movk w0, #${number}`,
  'hvc #0',
  'b #0',
];
const OFF = psci(8);

const setups: readonly Setup[] = [
  { name: 'virt', options: [...virt, '-name', 'it'], program: forEver, messages: conversation },
  { name: 'raspi3b', options: ['-M', 'raspi3b', ...input], program: forEver, messages: conversation },
  { name: 'a disk', options: ['-M', 'raspi3b', ...disk], program: forEver, messages: disks },
  { name: 'out of band', options: virt, program: forEver, messages: outOfBand },
  { name: 'off', options: virt, program: OFF, messages: ending, leadsTo: 'SHUTDOWN' },
  {
    name: 'off and there',
    options: [...virt, '-no-shutdown'],
    program: OFF,
    messages: goingOn,
    leadsTo: 'STOP',
  },
  {
    name: 'reset',
    options: [...virt, '-no-reboot'],
    program: psci(9),
    messages: ending,
    leadsTo: 'SHUTDOWN',
  },
  {
    name: 'reset by the client',
    options: [...virt, '-no-reboot'],
    program: forEver,
    messages: ['{"execute":"qmp_capabilities"}', '{"execute":"system_reset"}'],
    mayVanish: true,
  },
];

/** Of a machine that may vanish. */
const TRIES = 20;

export interface QmpComparison {
  readonly messages: number;
  readonly differing: readonly string[];
}

export async function compareQmp(): Promise<QmpComparison> {
  const differing: string[] = [];
  let messages = 0;
  for (const setup of setups) {
    const ours = await answers(setup, onFirstlight);
    let qemu = await answers(setup, onQemu);
    for (let more = TRIES - 1; more > 0 && setup.mayVanish && qemu.at(-1) === ''; more--)
      qemu = await answers(setup, onQemu);
    for (const [i, message] of ['the greeting', ...setup.messages].entries()) {
      messages++;
      const [one, other] = [ours[i] ?? 'nothing', qemu[i] ?? 'nothing'];
      if (one !== other) differing.push(`${setup.name}: ${message}\n${one}\nQEMU: ${other}`);
    }
  }
  return { messages, differing };
}

/** Begins; resolves when it has ended. */
type Begin = (words: readonly string[]) => Promise<unknown>;

const onFirstlight: Begin = (words) =>
  runProgram(['qemu', ...words], { out: () => undefined, error: () => undefined });
const onQemu: Begin = (words) =>
  new Promise((resolve) => {
    spawn('qemu-system-aarch64', words, { stdio: 'ignore', timeout: 60_000 }).on('close', resolve);
  });

/** What is sent at first, and after each message. */
async function answers({ options, program, messages, leadsTo }: Setup, begin: Begin): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-qmp-'));
  try {
    const [kernel, path] = [join(directory, 'image'), join(directory, 'socket')];
    writeFileSync(kernel, image(program));
    writeFileSync(join(directory, 'disk'), new Uint8Array(2 ** 20));
    const rest = ['-display', 'none', '-serial', 'null', '-S', '-qmp', `unix:${path},server=on,wait=off`];
    const ended = begin([
      ...options.map((word) => word.replace('@', `${directory}/`)),
      '-kernel',
      kernel,
      ...rest,
    ]);
    const client = await Client.at(path);
    const all = [comparable(await client.until((text) => text.includes('"QMP"')))];
    for (const [i, message] of messages.entries()) {
      client.send(`${message.replaceAll('@', `${directory}/`)}\n`);
      if (leadsTo !== undefined && message.includes('"cont"') && i === 1)
        await client.until((text) => text.includes(`"${leadsTo}"`), true);
      all.push(comparable(await client.answer(i)));
    }
    client.send('{"execute":"quit"}\n');
    await ended;
    client.close();
    return all;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Line by line, with the names in order; events stand before what is returned. */
function comparable(text: string): string {
  const lines = text
    .replace(/\/\S*firstlight-qmp-\w+/g, '')
    .replace(/#block\d+/g, '#block')
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => {
      const sorted = line.replace(/[:,] (?=inf|-inf)[-inf]+/g, ': "infinite"');
      return JSON.stringify(JSON.parse(sorted, withoutOthers));
    });
  return [...lines.filter(isEvent), ...lines.filter((line) => !isEvent(line))].join('\n');
}
const isEvent = (line: string): boolean => line.includes('"event"');
const apart = ['timestamp', 'thread-id', 'qom-path', 'props', 'version', 'node-name', 'actual-size'];
function withoutOthers(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !apart.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Milliseconds that an answer may take. */
const LONGEST = 20_000;

class Client {
  private text = '';
  private isClosed = false;
  private wake: () => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    const changed = (): void => this.wake();
    socket.on('data', (data: Buffer) => {
      this.text += data.toString('latin1');
      changed();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      changed();
    });
  }

  /** Waits for the server. */
  static async at(path: string): Promise<Client> {
    for (let tries = 0; ; tries++) {
      const socket = connect(path);
      const isThere = await new Promise<boolean>((resolve) => {
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      });
      if (isThere) return new Client(socket);
      if (tries > 300) throw new Error(`${path}: nobody is there`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** What has come, once that is enough, or no more comes; taken unless `peek`. */
  async until(isEnough: (text: string) => boolean, peek = false): Promise<string> {
    const timer = setTimeout(() => this.socket.destroy(), LONGEST);
    while (!this.isClosed && !(isEnough(this.text) && this.text.endsWith('\n')))
      await new Promise<void>((resolve) => (this.wake = resolve));
    clearTimeout(timer);
    const { text } = this;
    if (!peek) this.text = '';
    return text;
  }

  /** What comes before the answer to one more message. */
  async answer(number: number): Promise<string> {
    const mark = `mark ${number}`;
    this.send(`{"execute":"query-name","id":"${mark}"}\n`);
    const text = await this.until((each) => each.includes(mark));
    return text
      .split('\r\n')
      .filter((line) => !line.includes(mark))
      .join('\r\n');
  }

  close(): void {
    this.socket.destroy();
  }
}
