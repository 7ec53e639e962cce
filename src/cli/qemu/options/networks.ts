/** `-netdev`, `-nic`, `-net` and `-object filter-dump`: the networks, and what is written of them. */
import { UsageError } from '../../command.js';
import { parseDump, type Dump } from '../../network/dump.js';
import { parseNetdev, userNetwork, type Netdev } from '../../network/user-netdev.js';
import { forOption, QemuError } from '../error.js';
import { looseList, valueOf, type Parameter } from './lists.js';
import type { Written } from './table.js';

/** A card that QEMU plugs into a board by itself, as `-nic` and `-net` say. */
const NO_CARD = 'the board has no network card of its own: use -netdev user,id=ID -device usb-net,netdev=ID';

/** What says something of a card, and not of its network. */
const ofCard = ['model', 'mac', 'macaddr', 'netdev', 'addr', 'vectors'];
const types = [
  'none',
  'nic',
  'user',
  'tap',
  'l2tpv3',
  'socket',
  'stream',
  'dgram',
  'vde',
  'bridge',
  'hubport',
];

const notCreated = (name: string, list: readonly Parameter[]): string => {
  const model = valueOf(list, 'model') ?? 'unspecified';
  return `requested NIC (${name}, model ${model}) was not created (not supported by this machine?)`;
};

export interface NetworksAsked {
  readonly netdevs: readonly Netdev[];
  /** What QEMU warns of. */
  readonly warnings: readonly string[];
}

/**
 * The networks of `-netdev`, `-nic` and `-net`; whether QEMU plugs cards into the board that there are not here.
 * `present` takes what is not here for missing. @throws QemuError
 */
export function networksOf(
  networks: readonly Written[],
  plugsCards: boolean,
  present: <T>(text: string, make: () => T) => T | undefined,
): NetworksAsked {
  const ids = new Set<string>();
  const warnings: string[] = [];
  const netdevs = networks.flatMap(({ text, value }, i) => {
    const [option] = text.split(' ');
    const netdev = present(text, () =>
      forOption(text, () => {
        if (option === '-netdev') return parseNetdev(value);
        const list = looseList(value, 'type');
        const type = valueOf(list, 'type') ?? '';
        if (!types.includes(type)) throw new QemuError(`Parameter 'type' does not accept value '${type}'`);
        if (plugsCards) throw new UsageError(`${text}: ${NO_CARD}`);
        if (option === '-net') {
          warnings.push(type === 'nic' ? notCreated(`#net${i}`, list) : 'hub 0 with no nics');
          return null;
        }
        const { netdev, warning } = nicNetwork(text, i, list);
        warnings.push(warning);
        return netdev;
      }),
    );
    if (netdev === undefined || netdev === null) return [];
    const { id } = netdev.configuration;
    if (ids.has(id)) throw new QemuError(`${text}: Duplicate ID '${id}' for netdev`);
    ids.add(id);
    return [netdev];
  });
  return { netdevs, warnings };
}

/** The network of a `-nic` whose card there is not. @throws QemuError, UsageError */
function nicNetwork(
  text: string,
  number: number,
  list: readonly Parameter[],
): { readonly netdev: Netdev; readonly warning: string } {
  const id = valueOf(list, 'id') ?? `#net${number}`;
  if (valueOf(list, 'type') !== 'user') throw new UsageError(`${text}: expected user or none`);
  const ofNetwork = list.filter(({ name }) => !ofCard.includes(name));
  return { netdev: userNetwork(text, id, ofNetwork), warning: notCreated('anonymous', list) };
}

/** What is to be written of these networks. @throws QemuError */
export function dumpsOf(objects: readonly Written[], netdevs: readonly Netdev[]): readonly Dump[] {
  const ids = new Set<string>();
  return objects.map(({ text, value }) => {
    const dump = forOption(text, () => parseDump(value));
    if (ids.has(dump.id))
      throw new QemuError(
        `${text}: attempt to add duplicate property '${dump.id}' to object (type 'container')`,
      );
    ids.add(dump.id);
    if (!netdevs.some(({ configuration }) => configuration.id === dump.network))
      throw new QemuError("Parameter 'netdev' expects a network backend id");
    return dump;
  });
}
