/** Why a kernel may be silent though it runs: what it was told about its console, and what the board has. */
import { findNode, readFdt, stringList, type DeviceTree } from '../../images/index.js';
import type { Machine } from '../../machine/index.js';

export interface ConsoleState {
  /** The board's console, and its physical address. */
  readonly device: string;
  readonly address: number | undefined;
  /** What Linux calls the serial ports that it has drivers for. */
  readonly linux: readonly string[];
  /** The kernel's command line, where it was given one in a devicetree. */
  readonly commandLine: string | undefined;
  /** What is wrong with it, each in a sentence. */
  readonly advice: readonly string[];
}

const FDT_MAGIC = [0xd0, 0x0d, 0xfe, 0xed];
const hex = (value: number): string => `0x${value.toString(16)}`;

export function consoleState(machine: Machine): ConsoleState {
  const { bus, serialPorts, linuxConsoles: linux = [] } = machine.board;
  const { name: device } = serialPorts[0];
  const address = bus.addressOf(device);
  const tree = devicetree(machine);
  const chosen = tree && findNode(tree, '/chosen');
  const commandLine = chosen && stringList(chosen, 'bootargs')[0];
  const known = { device, address, linux, commandLine };
  if (tree === undefined) return { ...known, advice: [] };
  const hasOutputPath = chosen !== undefined && stringList(chosen, 'stdout-path').length > 0;
  const words = (commandLine ?? '').split(/\s+/);
  const advice = [
    linux.length === 0 ? undefined : consoleWords(words, linux, hasOutputPath),
    earlyWords(words, machine, device),
  ];
  return { ...known, advice: advice.filter((each) => each !== undefined) };
}

/** The devicetree that the machine was started with. */
function devicetree({ firmware }: Machine): DeviceTree | undefined {
  const loaded = firmware?.segments.find(({ bytes }) => FDT_MAGIC.every((byte, i) => bytes[i] === byte));
  try {
    return loaded && readFdt(loaded.bytes);
  } catch {
    return undefined;
  }
}

/** Linux, Documentation/admin-guide/serial-console.rst. */
function consoleWords(
  words: readonly string[],
  linux: readonly string[],
  hasOutputPath: boolean,
): string | undefined {
  const consoles = words.flatMap((word) => /^console=([^,]*)/.exec(word)?.[1] ?? []);
  if (consoles.some((name) => linux.includes(name))) return undefined;
  if (consoles.length > 0) {
    const given = consoles.map((name) => `console=${name}`).join(' ');
    const names = linux.length === 1 ? `console is ${linux[0]}` : `consoles are ${linux.join(' and ')}`;
    return `the kernel was given ${given}, but this board's ${names}`;
  }
  if (hasOutputPath) return undefined;
  return `the kernel was given no console=${linux[0]}, and its devicetree names no console (stdout-path)`;
}

/** Linux, Documentation/admin-guide/kernel-parameters.txt, `earlycon=`. */
function earlyWords(
  words: readonly string[],
  { board: { bus, serialPorts } }: Machine,
  console: string,
): string | undefined {
  const early = words.map((word) => /^earlycon=\w+,(?:mmio\w*,)?(0x[0-9a-f]+)/i.exec(word)?.[1]);
  const wanted = early.find((each) => each !== undefined);
  if (wanted === undefined) return undefined;
  const found = bus.find(Number(wanted));
  if (found?.kind === 'device' && serialPorts.some(({ name }) => name === found.device.name))
    return undefined;
  const there = found === undefined ? 'nothing' : found.kind === 'ram' ? 'RAM' : found.device.name;
  const right = bus.addressOf(console);
  const where = right === undefined ? '' : `, and ${console} at ${hex(right)}`;
  return `earlycon was given address ${wanted}, where the board has ${there}${where}`;
}
