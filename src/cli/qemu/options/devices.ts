/** `-device`: the generic loader; and devices that QEMU's boards can be given, and these here not. */
import type { Placing } from '../../../boot/index.js';
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';
import { looseList, valueOf, type Parameter } from './lists.js';
import { parseInteger, parseSwitch } from './values.js';

/** What the generic loader puts into memory: QEMU's docs/system/generic-loader. Without bytes it just starts a core. */
export type Loader =
  | { readonly kind: 'file'; readonly path: string; readonly placing: Placing }
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly placing: Placing };

const properties = ['addr', 'data', 'data-len', 'data-be', 'cpu-num', 'file', 'force-raw'];

/** The rest of `-device loader,...`, on a machine with so many cores. @throws QemuError */
export function parseLoader(list: readonly Parameter[], cores: number): Loader {
  const wrong = list.find(({ name }) => !properties.includes(name) && name !== 'id');
  if (wrong !== undefined) throw new QemuError(`Property 'loader.${wrong.name}' not found`);
  const number = (name: string): bigint | undefined => {
    const value = valueOf(list, name);
    return value === undefined ? undefined : parseInteger(name, value);
  };
  const address = number('addr');
  const [data, length, core] = [number('data'), number('data-len'), number('cpu-num')];
  const isBig = parseSwitch('data-be', valueOf(list, 'data-be') ?? 'off');
  const raw = parseSwitch('force-raw', valueOf(list, 'force-raw') ?? 'off');
  const path = valueOf(list, 'file');
  const at = Number(address ?? 0n);
  if (!Number.isSafeInteger(at)) throw new UsageError(`-device loader,addr=${address}: expected below 2^53`);
  if (core !== undefined && core >= BigInt(cores))
    throw new QemuError(`Specified boot CPU#${core} is nonexistent`);
  if ((data ?? length) !== undefined) {
    if (path !== undefined)
      throw new QemuError('Specifying a file is not supported when loading memory values');
    if (raw) throw new QemuError('Specifying force-raw is not supported when loading memory values');
    if (!data || !length) throw new QemuError('Both data and data-len must be specified');
    if (length > 8n) throw new QemuError('data-len cannot be greater then 8 bytes');
    return { kind: 'data', bytes: bytesOf(data, Number(length), isBig), placing: { address: at } };
  }
  const placing = {
    address: at,
    ...(core === undefined ? {} : { core: Number(core) }),
    ...(raw ? { raw } : {}),
  };
  if (path !== undefined) return { kind: 'file', path, placing };
  if (at === 0) throw new QemuError('please include valid arguments');
  if (core === undefined) throw new QemuError('cpu_num must be specified when setting a program counter');
  return { kind: 'data', bytes: new Uint8Array(), placing };
}

function bytesOf(value: bigint, length: number, isBig: boolean): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  return isBig ? bytes.reverse() : bytes;
}

const LATER = 'come with a later version';

/** QEMU's devices by how their names begin: the bus that they are plugged into, and why there are none here. */
const kinds: readonly { readonly name: RegExp; readonly bus?: string; readonly reason: string }[] = [
  {
    name: /^usb-(audio|bot|braille|ccid|hub|kbd|mouse|mtp|net|serial|storage|tablet|uas|wacom-tablet)$/,
    bus: 'usb-bus',
    reason: `USB devices ${LATER}`,
  },
  { name: /^virtio-[a-z0-9-]+-device$/, bus: 'virtio-bus', reason: `virtio devices ${LATER}` },
  { name: /^virtio-[a-z0-9-]+-pci$/, bus: 'PCI', reason: 'nothing can be plugged into the PCI bus' },
  {
    name: /^(e1000e?|rtl8139|nvme|qemu-xhci|ich9-ahci|bochs-display|pcie?-[a-z-]+)$/,
    bus: 'PCI',
    reason: 'nothing can be plugged into the PCI bus',
  },
  { name: /^sd-card$/, bus: 'sd-bus', reason: 'use -drive if=sd' },
  { name: /^guest-loader$/, reason: 'use -device loader' },
  { name: /^ramfb$/, reason: 'there is no display' },
];

/** A device's own words, and its driver. */
export function deviceList(text: string): { driver: string; list: readonly Parameter[] } {
  const [{ value: driver } = { value: '' }, ...list] = looseList(text, 'driver');
  return { driver, list };
}

/** Why there is no such device on a board with these buses. @throws QemuError where QEMU has none there either */
export function missingDevice(driver: string, buses: readonly string[]): UsageError {
  const kind = kinds.find(({ name }) => name.test(driver));
  if (kind === undefined) throw new QemuError(`'${driver}' is not a valid device model name`);
  if (kind.bus !== undefined && !buses.includes(kind.bus))
    throw new QemuError(`No '${kind.bus}' bus found for device '${driver}'`);
  return new UsageError(`-device ${driver}: ${kind.reason}`);
}
