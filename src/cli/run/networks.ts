/** `--netdev`, `--nic`, `--net-allow` and `--net-dump`: networks for a machine, as QEMU spells them. */
import { InvalidArgumentError, type Command } from 'commander';
import { parseAllowed, type Allowed } from '../../host/sockets/index.js';
import { printable } from '../../images/index.js';
import { usbDevice, type UsbSpecification } from '../../machine/index.js';
import { UsageError } from '../command.js';
import { Networks, type NetworkOptions } from '../network/networks.js';
import { parseNetdev, userNetwork, type Netdev } from '../network/user-netdev.js';
import { QemuError } from '../qemu/error.js';
import { looseList, valueOf } from '../qemu/options/lists.js';
import type { RunOptions } from './options.js';
import { ofOption } from './usb.js';

const collectNetdev = (text: string, before: readonly Netdev[] = []): Netdev[] =>
  ofOption(() => [...before, parseNetdev(text, '--netdev')]);

/** The name of the network that `--nic` makes. */
const NIC = 'nic0';

/** The card that goes with it. */
export const nicCard = ({ nic }: RunOptions): readonly UsbSpecification[] =>
  nic === undefined ? [] : [{ ...usbDevice('usb-net'), netdev: NIC } as UsbSpecification];

/** `user`, and what follows behind commas, as of `--netdev`, without a name. */
const parseNic = (text: string): Netdev =>
  ofOption(() => {
    const list = looseList(text, 'type');
    const type = valueOf(list, 'type');
    if (type !== 'user') throw new UsageError(`expected user, found '${type ?? ''}'`);
    if (valueOf(list, 'id') !== undefined) throw new UsageError('id= goes with --netdev');
    return userNetwork(`--nic ${text}`, NIC, list);
  });

const collectAllowed = (text: string, before: readonly Allowed[] = []): Allowed[] => {
  const allowed = text.split(',').map((word) => {
    const place = parseAllowed(word);
    if (place === undefined)
      throw new InvalidArgumentError(
        `'${printable(word)}': expected an address, such as 192.0.2.7, 192.0.2.0/24, 192.0.2.7:443, any or any:443.`,
      );
    return place;
  });
  return [...before, ...allowed];
};

/** For a command whose guest may have networks. */
export function addNetworkOptions(command: Command): Command {
  return command
    .option(
      '--netdev <network>',
      'a network for a card, which --device usb-net,netdev=ID plugs in: user,id=ID, and behind commas hostfwd=tcp:[ADDR]:PORT-[ADDR]:PORT, guestfwd=tcp:ADDR:PORT-cmd:COMMAND, tftp=DIRECTORY, restrict=on, net=, host=, dns=, dhcpstart=, hostname=',
      collectNetdev,
    )
    .option('--nic <network>', 'the same with its card, without id=: user[,...]', parseNic)
    .option('--net-dump <file>', "write the network's frames to a file that Wireshark opens");
}

/** For every command whose guest may have networks. */
export function addAllowOption(command: Command): Command {
  return command.option(
    '--net-allow <list>',
    "where the guest may go beside this host's loopback: addresses, networks (192.0.2.0/24), any; with :PORT only there",
    collectAllowed,
  );
}

/** What the options ask for. @throws UsageError */
export function networkOptions({ netdev = [], nic, netAllow = [], netDump }: RunOptions): NetworkOptions {
  const netdevs = nic === undefined ? netdev : [...netdev, nic];
  if (netAllow.length > 0 && netdevs.length === 0)
    throw new UsageError('--net-allow goes with --netdev or --nic');
  if (netDump === undefined) return { netdevs, allowed: netAllow, dumps: [] };
  if (netdevs.length !== 1) throw new UsageError(`--net-dump: expected one network, found ${netdevs.length}`);
  const [{ configuration }] = netdevs;
  const dump = {
    id: 'net-dump',
    network: configuration.id,
    path: netDump,
    most: 65536,
    queue: 'all',
  } as const;
  return { netdevs, allowed: netAllow, dumps: [dump] };
}

/** Does something with the networks of a command, and closes them whatever becomes of it. @throws UsageError */
export async function withNetworks(
  options: NetworkOptions,
  act: (networks: Networks) => Promise<void>,
): Promise<void> {
  const networks = new Networks(options);
  try {
    await act(networks);
  } catch (error) {
    if (error instanceof QemuError) throw new UsageError(error.message);
    throw error;
  } finally {
    networks.close();
  }
}
