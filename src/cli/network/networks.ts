/** The host's side of a machine's networks, on the command line: sockets, forwarded ports, dumps. */
import { HostSockets, type Allowed, type Forward, type Listening } from '../../host/sockets/index.js';
import type { NetworkFeed } from '../../host/index.js';
import type { Machine } from '../../machine/index.js';
import type { NetworkConfiguration } from '../../network/index.js';
import { UsageError } from '../command.js';
import { QemuError } from '../qemu/error.js';
import { DumpFile, type Dump } from './dump.js';
import type { Netdev } from './user-netdev.js';

export interface NetworkOptions {
  readonly netdevs: readonly Netdev[];
  readonly allowed: readonly Allowed[];
  readonly dumps: readonly Dump[];
}

/** Those of one network. */
interface Opened {
  readonly netdev: Netdev;
  readonly sockets: HostSockets;
}

export class Networks {
  private opened: Opened[] = [];
  private dumps: DumpFile[] = [];

  constructor(private readonly options: NetworkOptions) {}

  /** What the machine is made with. */
  get configurations(): readonly NetworkConfiguration[] {
    return this.options.netdevs.map(({ configuration }) => configuration);
  }
  get feeds(): readonly NetworkFeed[] {
    return this.opened.map(({ sockets }) => sockets);
  }

  /**
   * Opens all of it for a machine, which may come from a snapshot and must have the same networks then.
   * @throws QemuError for a port that cannot be listened at, or a dump that cannot be written; UsageError
   */
  async open(machine: Machine, note: (text: string) => void): Promise<void> {
    const { netdevs, allowed, dumps } = this.options;
    const { cards = [] } = machine.board;
    checkSame(machine.options.networks, netdevs);
    for (const dump of dumps) {
      const network = machine.networks.find(({ id }) => id === dump.network);
      if (network === undefined) throw new QemuError("Parameter 'netdev' expects a network backend id");
      this.dumps.push(new DumpFile(dump, network, machine.options.epoch));
    }
    for (const netdev of netdevs) {
      const { configuration, guestForwards, tftp } = netdev;
      const network = machine.network(configuration.id);
      if (!cards.some((card) => card.network === network.id))
        note(`warning: netdev ${network.id} has no peer`);
      const served = {
        get host() {
          return network.host;
        },
        set host(host) {
          network.host = host;
        },
        get isBusy() {
          return network.isBusy;
        },
        room: (id: number) => network.room(id),
        enter: (event: Parameters<typeof network.enter>[0]) => machine.enterNetwork(network.id, event),
      };
      const sockets = new HostSockets(served, { allowed, guestForwards, tftpDirectory: tftp, note });
      this.opened.push({ netdev, sockets });
      for (const [rule, forward] of netdev.forwards) await listen(sockets, rule, forward, `${netdev.text}: `);
    }
  }

  /** The sockets of a network, or of the first one; undefined if there is none. */
  socketsOf(
    id?: string,
  ): { readonly id: string; readonly guest: number; readonly sockets: HostSockets } | undefined {
    const found = this.opened.find(({ netdev }) => id === undefined || netdev.configuration.id === id);
    if (found === undefined) return undefined;
    const { configuration } = found.netdev;
    return { id: configuration.id, guest: configuration.dhcpStart, sockets: found.sockets };
  }

  close(): void {
    for (const { sockets } of this.opened.splice(0)) sockets.close();
    for (const dump of this.dumps.splice(0)) dump.close();
  }
}

/** Listens, with QEMU's words where that cannot be. */
export async function listen(
  sockets: HostSockets,
  rule: string,
  forward: Forward,
  prefix = '',
): Promise<Listening> {
  try {
    return await sockets.forward(forward);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new QemuError(`${prefix}Could not set up host forwarding rule '${rule}'`, code);
  }
}

/** A snapshot has networks, and which those are; that they are given again says what the guest may reach now. */
function checkSame(present: readonly NetworkConfiguration[], netdevs: readonly Netdev[]): void {
  const wanted = new Map(netdevs.map((netdev) => [netdev.configuration.id, netdev]));
  for (const configuration of present) {
    const netdev = wanted.get(configuration.id);
    if (netdev === undefined)
      throw new UsageError(
        `the snapshot has network ${configuration.id}: expected --netdev user,id=${configuration.id} again`,
      );
    if (JSON.stringify(netdev.configuration) !== JSON.stringify(configuration))
      throw new UsageError(`${netdev.text}: the snapshot has another network of that name`);
    wanted.delete(configuration.id);
  }
  for (const [id, { text }] of wanted) throw new UsageError(`${text}: the snapshot has no network ${id}`);
}
