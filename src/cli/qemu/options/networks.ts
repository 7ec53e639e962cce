/** `-netdev`, `-nic`, `-net` and `-object filter-dump`: the networks, and what is written of them. */
import { UsageError } from '../../command.js';
import { parseDump, type Dump } from '../../network/dump.js';
import { parseNetdev, type Netdev } from '../../network/user-netdev.js';
import { forOption, QemuError } from '../error.js';
import type { Written } from './table.js';

/** Cards that a board brings itself, which `-nic` and `-net` are for. */
const NO_CARD = 'the board has no network card of its own: use -netdev user,id=ID -device usb-net,netdev=ID';

/** The networks of `-netdev`. `present` takes what is not here for missing. @throws QemuError */
export function netdevsOf(
  networks: readonly Written[],
  present: <T>(text: string, make: () => T) => T | undefined,
): readonly Netdev[] {
  const ids = new Set<string>();
  return networks.flatMap(({ text, value }) => {
    const isNetdev = text.startsWith('-netdev');
    const netdev = present(text, () => {
      if (!isNetdev) throw new UsageError(`${text}: ${NO_CARD}`);
      return forOption(text, () => parseNetdev(value));
    });
    if (netdev === undefined) return [];
    const { id } = netdev.configuration;
    if (ids.has(id)) throw new QemuError(`${text}: Duplicate ID '${id}' for netdev`);
    ids.add(id);
    return [netdev];
  });
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
