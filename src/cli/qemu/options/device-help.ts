/** `-device help` and `-device DRIVER,help`, as QEMU 7.2 prints them: the devices and the properties that there are here. */
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';
import { qemuBoards } from './boards.js';
import { deviceList, missingDevice } from './devices.js';

/** QEMU's groups of devices. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Controller/Bridge/Hub': ['name "usb-hub", bus usb-bus'],
  Storage: ['name "usb-storage", bus usb-bus'],
  Network: ['name "usb-net", bus usb-bus'],
  Input: ['usb-kbd', 'usb-mouse', 'usb-tablet'].map((name) => `name "${name}", bus usb-bus`),
  Misc: ['name "loader", desc "Generic Loader"'],
};

const ofUsb = [
  'attached=<bool>',
  'msos-desc=<bool>       - on/off (default: true)',
  'port=<str>',
  'serial=<str>',
];
const VERSION = 'usb_version=<uint32>   -  (default: 2)';
const properties: Readonly<Record<string, readonly string[]>> = {
  'usb-kbd': [...ofUsb, VERSION, 'display=<str>'],
  'usb-mouse': [...ofUsb, VERSION],
  'usb-tablet': [...ofUsb, VERSION, 'display=<str>', 'head=<uint32>          -  (default: 0)'],
  'usb-hub': [
    ...ofUsb,
    'port-power=<bool>      -  (default: false)',
    'ports=<uint32>         -  (default: 8)',
  ],
  'usb-net': [
    ...ofUsb,
    'bootindex=<int32>',
    'mac=<str>              - Ethernet 6-byte MAC Address, example: 52:54:00:12:34:56',
    'netdev=<str>           - ID of a netdev to use as a backend',
  ],
  'usb-storage': [
    ...ofUsb,
    'bootindex=<int32>',
    'drive=<str>            - Node name or ID of a block device to use as a backend',
    'removable=<bool>       -  (default: false)',
  ],
  loader: [
    'addr=<uint64>          -  (default: 0)',
    'cpu-num=<uint32>       -  (default: 4294967295)',
    'data-be=<bool>         -  (default: false)',
    'data-len=<uint8>       -  (default: 0)',
    'data=<uint64>          -  (default: 0)',
    'file=<str>',
    'force-raw=<bool>       -  (default: false)',
  ],
};
/** Those that have properties listed. */
export const documentedDevices: readonly string[] = Object.keys(properties);

const isHelp = (word: string): boolean => word === 'help' || word === '?';

/**
 * What `-device VALUE` asks to be told; undefined if it asks for nothing.
 * @throws QemuError for a device that there is not, UsageError for one that only QEMU has
 */
export function deviceHelp(value: string): string | undefined {
  if (isHelp(value)) {
    const sections = Object.entries(groups).map(([group, lines]) =>
      [`${group} devices:`, ...lines, ''].join('\n'),
    );
    return sections.join('\n');
  }
  const { driver, list } = deviceList(value);
  if (!list.some(({ name }) => isHelp(name))) return undefined;
  if (!Object.hasOwn(properties, driver)) throw notHere(driver, value);
  // As QEMU sorts them: what is compared is all of a line.
  const lines = properties[driver].toSorted((a, b) => (a < b ? -1 : 1));
  return [`${driver} options:`, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function notHere(driver: string, value: string): QemuError | UsageError {
  const buses = Object.values(qemuBoards).flatMap((board) => board.buses);
  try {
    return new UsageError(`-device ${value}: ${missingDevice(driver, buses)}`);
  } catch {
    return new QemuError(`-device ${value}: Device '${driver}' not found`);
  }
}
