/** What the options mean together: a machine, what it starts, and what its ports lead to. */
import type { UsbSpecification } from '../../../machine/index.js';
import { UsageError } from '../../command.js';
import type { Dump } from '../../network/dump.js';
import type { Netdev } from '../../network/user-netdev.js';
import type { GdbAddress } from '../../run/gdb-server.js';
import { forOption, QemuError } from '../error.js';
import { qemuBoards } from './boards.js';
import { parseConnection, type Connection } from './characters.js';
import { deviceList, missingDevice, parseLoader, type Loader } from './devices.js';
import { DrivePlaces, parseDrive, type Drive, type QemuDrive } from './drives.js';
import { gdbAddress } from './gdb.js';
import { valueOf, type Parameter } from './lists.js';
import { machineOf, type QemuMachine } from './machine.js';
import { dumpsOf, networksOf } from './networks.js';
import { semihostingLine } from './semihosting.js';
import { StorageDrives } from './storage.js';
import type { Settings, Written, WrittenMonitor } from './table.js';
import { checkPlaces, parseOldName, parseUsbDevice } from './usb.js';

/** What USB devices are plugged into. */
const USB = 'usb-bus';

/** What is at a serial port, or at a monitor. */
export interface Line {
  /** As it was written, for messages. */
  readonly text: string;
  readonly connection: Connection;
  /** What a monitor of QMP is like. */
  readonly qmp?: { readonly isPretty: boolean };
}

export interface Configuration {
  readonly machine: QemuMachine;
  /** By number; undefined where nothing is plugged in. */
  readonly serials: readonly (Line | undefined)[];
  readonly monitors: readonly Line[];
  /** Where the console of semihosting is; undefined if there is none. */
  readonly semihosting?: Line | undefined;
  readonly drives: readonly Drive[];
  readonly loaders: readonly { readonly text: string; readonly loader: Loader }[];
  readonly usb: readonly UsbSpecification[];
  readonly netdevs: readonly Netdev[];
  readonly dumps: readonly Dump[];
  readonly gdb?: GdbAddress;
  /** What QEMU warns of. */
  readonly warnings: readonly string[];
  /** What QEMU would have and this machine has not, with reasons. */
  readonly missing: readonly { readonly text: string; readonly reason: string }[];
}

/**
 * `fileError` tells why a file cannot be read.
 * @throws QemuError for what QEMU refuses as well, UsageError for what only firstlight does
 */
export function configure(
  settings: Settings,
  fileError: (path: string) => string | undefined,
): Configuration {
  const missing = [...settings.missing];
  /** What is not here does not keep the rest from being looked at. */
  const present = <T>(text: string, make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      missing.push({ text, reason: reasonIn(error.message) });
      return undefined;
    }
  };
  const machine = machineOf(settings);
  const qemu = qemuBoards[machine.board];
  checkBoot(settings, machine);
  const buses = [...qemu.buses];
  const usb = settings.usbDevices.flatMap(({ text, value }) =>
    forOption(text, () => {
      if (!buses.includes(USB)) throw new QemuError(`could not add USB device '${value}'`);
      return present(text, () => [{ text, device: parseOldName(value) }]) ?? [];
    }),
  );
  const places = new DrivePlaces(qemu.drives);
  const written = settings.drives.flatMap(({ text, list }) => {
    const given = settings.snapshot ? [...list, { name: 'snapshot', value: 'on' }] : list;
    return present(text, () => forOption(text, () => parseDrive(given, qemu, places, fileError))) ?? [];
  });
  const opened = written.filter(({ file }) => file !== undefined);
  const storage = new StorageDrives(
    written.map(({ id, isLoose, file }) => ({
      id,
      disk: file && opened.findIndex((each) => each.file === file),
      isTaken: !isLoose,
    })),
  );
  const ids = new Set<string>();
  const { netdevs, warnings } = networksOf(settings.networks, qemu.plugsCards, present);
  const dumps = dumpsOf(settings.objects, netdevs);
  const free = new Set(netdevs.map(({ configuration }) => configuration.id));
  const loaders = settings.devices.flatMap(({ text, value }) => {
    const { driver, list } = deviceList(value);
    return forOption(text, () => {
      takeId(list, ids);
      if (driver === 'loader') return [{ text, loader: parseLoader(list, machine.cores) }];
      const device = buses.includes(USB) ? present(text, () => parseUsbDevice(driver, list) ?? null) : null;
      if (device === null) missing.push({ text, reason: missingDevice(driver, buses) });
      else if (device !== undefined) usb.push({ text, device: storage.plug(plugged(device, netdevs, free)) });
      return [];
    });
  });
  checkPlaces(usb);
  const { readOnlyRefused } = qemu.drives;
  const isRefused = opened.some(({ isLoose, file }) => !isLoose && file?.readOnly === true);
  if (readOnlyRefused !== undefined && isRefused) throw new QemuError(readOnlyRefused);
  const gdb = settings.gdb && gdbAddress(settings.gdb.text, settings.gdb.value);
  const { devices, drives } = withoutLoose(
    usb.map(({ device }) => device),
    opened,
  );
  return {
    ...{ machine, ...linesOf(settings), loaders, usb: devices, netdevs, dumps, missing, warnings },
    drives: drives.flatMap(({ file }) => file ?? []),
    ...(gdb && { gdb }),
  };
}

/** What follows the option in a message. */
const reasonIn = (message: string): string => message.slice(message.indexOf(': ') + 2);

/** What no device has of the drives that are plugged in nowhere is left out, and the others are counted anew. */
function withoutLoose(
  devices: readonly UsbSpecification[],
  drives: readonly QemuDrive[],
): { readonly devices: readonly UsbSpecification[]; readonly drives: readonly QemuDrive[] } {
  const used = devices.flatMap((device) => (device.kind === 'usb-storage' ? [device.disk] : []));
  const kept = drives.filter(({ isLoose }, number) => !isLoose || used.includes(number));
  return {
    devices: devices.map((device) =>
      device.kind === 'usb-storage' ? { ...device, disk: kept.indexOf(drives[device.disk]) } : device,
    ),
    drives: kept,
  };
}

/** A card's network must be there, and be nobody else's. @throws QemuError */
function plugged(device: UsbSpecification, netdevs: readonly Netdev[], free: Set<string>): UsbSpecification {
  if (device.kind !== 'usb-net' || device.netdev === null) return device;
  const { netdev } = device;
  if (!netdevs.some(({ configuration }) => configuration.id === netdev))
    throw new QemuError(`Property 'usb-net.netdev' can't find value '${netdev}'`);
  if (!free.delete(netdev))
    throw new QemuError(`Property 'usb-net.netdev' can't take value '${netdev}', it's in use`);
  return device;
}

/** Throws QemuError for an `id=` that is none, or that another device has. */
function takeId(list: readonly Parameter[], ids: Set<string>): void {
  const id = valueOf(list, 'id');
  if (id === undefined) return;
  if (!/^[a-z][\w.-]*$/i.test(id))
    throw new QemuError(
      "Parameter 'id' expects an identifier",
      "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
    );
  if (ids.has(id)) throw new QemuError(`Duplicate ID '${id}' for device`);
  ids.add(id);
}

function checkBoot({ kernel, append, initrd, bios }: Settings, { board }: QemuMachine): void {
  if (kernel === undefined && append !== undefined)
    throw new QemuError('-append only allowed with -kernel option');
  if (kernel === undefined && initrd !== undefined)
    throw new QemuError('-initrd only allowed with -kernel option');
  if (kernel !== undefined && bios !== undefined && !qemuBoards[board].firmwareWithKernel)
    throw new QemuError(
      'This machine type does not support loading both a guest firmware/BIOS image and a guest kernel at the same time. You should change your QEMU command line to specify one or the other, but not both.',
    );
}

/**
 * Without `-serial` and `-monitor` QEMU shows the first port and a monitor in its window. There is none here, so they
 * are on this terminal, as by `-nographic`; where there is to be no window, they are nowhere, as on QEMU.
 */
function linesOf(settings: Settings): Pick<Configuration, 'serials' | 'monitors' | 'semihosting'> {
  const { serials, monitors, nographic, windowless, defaults } = settings;
  if (nographic && settings.daemonizes) throw new QemuError('-nographic cannot be used with -daemonize');
  const isTerminal =
    nographic || (!settings.daemonizes && !windowless && serials.length === 0 && monitors.length === 0);
  const hasMonitor = monitors.length > 0 || serials.some(({ value }) => value.startsWith('mon:'));
  const usual = (wanted: boolean, value: string): Written[] =>
    wanted && defaults ? [{ text: `-serial ${value}`, value }] : [];
  const serial = serials.length === 0;
  const [serialWords, monitorWords] = isTerminal
    ? serial && !hasMonitor
      ? [usual(true, 'mon:stdio'), []]
      : [usual(serial, 'stdio'), usual(!hasMonitor, 'stdio')]
    : [usual(serial, 'vc'), []];
  const line = ({ text, value, qmp }: WrittenMonitor, use: 'serial' | 'monitor' | 'qmp'): Line | undefined =>
    forOption(text, () => {
      const connection = parseConnection(value, settings.characters, use);
      return connection && { text, connection, ...(qmp && { qmp }) };
    });
  const monitorLines = [...monitors, ...monitorWords].flatMap((each: WrittenMonitor) => {
    return line(each, each.qmp === undefined ? 'monitor' : 'qmp') ?? [];
  });
  const serialLines = [...serials, ...serialWords].map((each) => line(each, 'serial'));
  if (settings.daemonizes) checkTerminal([...monitorLines, ...serialLines.flatMap((each) => each ?? [])]);
  checkShared([...monitorLines, ...serialLines.flatMap((each) => each ?? [])]);
  const semihosting = semihostingLine(settings, [...serialLines, ...monitorLines]);
  return { serials: serialLines, monitors: monitorLines, semihosting };
}

/** Throws QemuError where one wants the terminal, which there is none for a daemon. */
function checkTerminal(lines: readonly Line[]): void {
  const found = lines.find(({ connection }) => connection.device.kind === 'stdio');
  if (found !== undefined) throw new QemuError(`${found.text}: cannot use stdio with -daemonize`);
}

/** Throws QemuError where two want what only one can have. */
function checkShared(lines: readonly Line[]): void {
  const taken = new Set<Connection>();
  for (const { text, connection } of lines) {
    const isAgain = taken.has(connection);
    const others = [...taken].filter((each) => each !== connection);
    if (connection.device.kind === 'stdio' && others.some(({ device }) => device.kind === 'stdio'))
      throw new QemuError(`${text}: cannot use stdio by multiple character devices`);
    if (isAgain && !connection.shared) throw new QemuError(`${text}: the character device is in use`);
    taken.add(connection);
  }
}
