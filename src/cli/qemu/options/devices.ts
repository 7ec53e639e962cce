/** `-device`: the generic loader; and devices that QEMU's boards can be given, and these here not. */
import type { Placing } from '../../../boot/index.js';
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';
import { LATER } from './boards.js';
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

/** QEMU's devices by how they are called: the bus that they are plugged into, one that they bring, and why there are none here. */
interface Kind {
  readonly name: RegExp;
  readonly bus?: string;
  readonly brings?: string;
  readonly reason: string;
}

const USB = { bus: 'usb-bus', reason: `such USB devices ${LATER}` };
const VIRTIO = { bus: 'virtio-bus', reason: `virtio devices ${LATER}` };
const PCI = { bus: 'PCI', reason: 'nothing can be plugged into the PCI bus' };
/** Into what another device brings. */
const further = (bus: string) => ({ bus, reason: 'what it is plugged into is not here' });

const kinds: readonly Kind[] = [
  { name: /^usb-ccid$/, ...USB, brings: 'ccid-bus' },
  { name: /^usb-(bot|uas)$/, ...USB, brings: 'SCSI' },
  {
    name: /^(usb-(audio|braille|host|hub|kbd|mouse|mtp|net|redir|serial|storage|tablet|wacom-tablet)|u2f-passthru)$/,
    ...USB,
  },
  { name: /^(virtio|vhost)-scsi-device$/, ...VIRTIO, brings: 'SCSI' },
  { name: /^virtio-serial-device$/, ...VIRTIO, brings: 'virtio-serial-bus' },
  { name: /^(virtio|vhost)-[a-z0-9-]+-device$/, ...VIRTIO },
  { name: /^(virtio-mem|vhost-scsi|vhost-user-(blk|scsi|input|rng|gpu))$/, ...VIRTIO },
  { name: /^(virtio|vhost)-scsi-pci(-(non-)?transitional)?$/, ...PCI, brings: 'SCSI' },
  { name: /^virtio-serial-pci(-(non-)?transitional)?$/, ...PCI, brings: 'virtio-serial-bus' },
  { name: /^(virtio|vhost)-[a-z0-9-]+-pci(-(non-)?transitional)?$/, ...PCI },
  {
    name: /^((qemu|nec-usb)-xhci|usb-ehci|pci-ohci|(ich9|piix[34])-usb-[eu]hci\d?)$/,
    ...PCI,
    brings: 'usb-bus',
  },
  { name: /^(lsi53c8(10|95a)|megasas(-gen2)?|mptsas1068|pvscsi|am53c974|dc390)$/, ...PCI, brings: 'SCSI' },
  { name: /^ich9-ahci$/, ...PCI, brings: 'IDE' },
  { name: /^(ich9-)?intel-hda$/, ...PCI, brings: 'HDA' },
  {
    name: /^(e1000(e|-82544gc|-82545em)?|i82\w+|ne2k_pci|pcnet|pvrdma|rocker|rtl8139|tulip|vmxnet3|nvme)$/,
    ...PCI,
  },
  { name: /^(ati-vga|bochs-display|cirrus-vga|secondary-vga|VGA|vmware-svga|AC97|ES1370)$/, ...PCI },
  { name: /^(pci|pcie|cxl|pxb|xio3130|x3130|ivshmem|vfio-pci|sdhci-pci|pvpanic-pci)(-[a-z0-9-]+)?$/, ...PCI },
  { name: /^(ioh3420|i82801b11-bridge|edu|acpi-erst|i6300esb|tpci200|[a-z0-9]+_pci)$/, ...PCI },
  { name: /^scsi-(hd|cd|block|generic)$/, ...further('SCSI') },
  { name: /^ide-(hd|cd)$/, ...further('IDE') },
  { name: /^(virtconsole|virtserialport)$/, ...further('virtio-serial-bus') },
  { name: /^hda-(duplex|micro|output)$/, ...further('HDA') },
  { name: /^ccid-card-(emulated|passthru)$/, ...further('ccid-bus') },
  { name: /^sd-card$/, bus: 'sd-bus', reason: 'use -drive if=sd' },
  { name: /^guest-loader$/, reason: 'use -device loader' },
  { name: /^ramfb$/, reason: 'there is no display' },
  { name: /^(nvdimm|pc-dimm)$/, reason: 'no memory can be plugged in later' },
  {
    name: /^(tpm-tis-device|vmcoreinfo|vfio-platform|nvme-subsys)$/,
    reason: 'the boards have no place for it',
  },
];

/** A device's own words, and its driver. */
export function deviceList(text: string): { driver: string; list: readonly Parameter[] } {
  const [{ value: driver } = { value: '' }, ...list] = looseList(text, 'driver');
  return { driver, list };
}

/**
 * Why there is no such device on a board with these buses, of which it may bring another.
 * @throws QemuError where QEMU has none there either
 */
export function missingDevice(driver: string, buses: string[]): string {
  const kind = kinds.find(({ name }) => name.test(driver));
  if (kind === undefined) throw new QemuError(`'${driver}' is not a valid device model name`);
  const { bus, brings, reason } = kind;
  if (bus !== undefined && !buses.includes(bus))
    throw new QemuError(`No '${bus}' bus found for device '${driver}'`);
  if (brings !== undefined) buses.push(brings);
  return reason;
}
