/** The monitor's commands about networks, with QEMU's words. */
import type { Listening } from '../../../host/sockets/index.js';
import { ipv4Text, macText } from '../../../network/index.js';
import { listen, type Networks } from '../../network/networks.js';
import { parseForwardPlace, parseHostForward } from '../../network/rules.js';
import { QemuError } from '../error.js';
import type { MonitorRow } from './commands.js';
import { MonitorError } from './error.js';
import type { Reader } from './reader.js';

/** The network that stands in front of a rule, or the first one, and the rule. */
function chosen(networks: Networks | undefined, reader: Reader, name: string) {
  const first = reader.word();
  if (first === undefined) throw new MonitorError(`${name}: string expected`, true);
  const second = reader.word();
  reader.end(name);
  const id = second === undefined ? undefined : first;
  const network = networks?.socketsOf(id);
  if (network === undefined)
    throw new MonitorError(
      id === undefined ? 'user mode network stack not in use' : `unrecognized netdev id '${id}'`,
    );
  return { ...network, rule: second ?? first };
}

export const networkRows: Readonly<Record<string, MonitorRow>> = {
  hostfwd_add: {
    parameters: '[netdev_id] [tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport',
    help: 'redirect TCP or UDP connections from host to guest (requires -net user)',
    run: ({ host, tell }, reader, name) => {
      const { guest, sockets, rule } = chosen(host.networks, reader, name);
      try {
        const forward = parseHostForward(rule, guest);
        // Whether the port is free is known a moment later.
        listen(sockets, rule, forward).catch((error: Error) => tell(error.message));
      } catch (error) {
        if (!(error instanceof QemuError)) throw error;
        throw new MonitorError(error.message);
      }
    },
  },
  hostfwd_remove: {
    parameters: '[netdev_id] [tcp|udp]:[hostaddr]:hostport',
    help: 'remove host-to-guest TCP or UDP redirection',
    run: function* ({ host }, reader, name) {
      const { sockets, rule } = chosen(host.networks, reader, name);
      const place = parseForwardPlace(rule);
      if (place === undefined) throw new MonitorError('invalid format');
      const found = sockets.listening.find(({ forward, port }) => {
        const isThere = forward.protocol === place.protocol && forward.address === place.address;
        return isThere && port === place.port;
      });
      if (found !== undefined) sockets.stopListening(found);
      yield `host forwarding rule for ${rule} ${found === undefined ? 'not found' : 'removed'}`;
    },
  },
};

/** `info network`: the cards, and what they are plugged into. */
export function* networkLines({ host: { machine } }: Parameters<MonitorRow['run']>[0]): Generator<string> {
  const plugged = new Set<string>();
  for (const [i, card] of (machine.board.cards ?? []).entries()) {
    const { kind, id = `${kind}.${i}`, mac, network } = card;
    yield `${id}: index=0,type=nic,model=${kind},macaddr=${macText(mac)}`;
    if (network === undefined) continue;
    plugged.add(network);
    yield ` \\ ${networkLine(machine.network(network))}`;
  }
  for (const network of machine.networks) if (!plugged.has(network.id)) yield networkLine(network);
}

const networkLine = ({
  id,
  configuration,
}: {
  id: string;
  configuration: { network: number; isRestricted: boolean };
}) =>
  `${id}: index=0,type=user,net=${ipv4Text(configuration.network)},restrict=${configuration.isRestricted ? 'on' : 'off'}`;

/** How QEMU calls the states of connections. */
const states = {
  connecting: 'SYN_SENT',
  'syn-sent': 'SYN_SENT',
  'syn-received': 'SYN_RCVD',
  open: 'ESTABLISHED',
  'time-wait': 'TIME_WAIT',
} as const;

/** `info usernet`: what is open. */
export function* usernetLines({ host }: Parameters<MonitorRow['run']>[0]): Generator<string> {
  for (const network of host.machine.networks) {
    yield `Hub -1 (${network.id}):`;
    yield '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ';
    for (const { forward, port } of forwardsOf(host.networks, network.id)) {
      const { protocol, address, guest, guestPort } = forward;
      const from = address === '0.0.0.0' ? '*' : address;
      yield row(`${protocol.toUpperCase()}[HOST_FORWARD]`, from, port, ipv4Text(guest), guestPort);
    }
    for (const { state, ends } of network.traffic.tcp) {
      const { guest, guestPort, address, port } = ends;
      yield row(`TCP[${states[state]}]`, ipv4Text(guest), guestPort, ipv4Text(address), port);
    }
    for (const { guest, guestPort, address, port } of network.traffic.udp)
      yield row('UDP', ipv4Text(guest), guestPort, ipv4Text(address), port);
  }
}

const forwardsOf = (networks: Networks | undefined, id: string): readonly Listening[] =>
  networks?.socketsOf(id)?.sockets.listening ?? [];

/** Files have no numbers here, and nothing waits in sockets that is known. */
const row = (kind: string, from: string, fromPort: number, to: string, toPort: number): string =>
  `  ${kind.padEnd(18)} ${'-'.padStart(3)} ${from.padStart(15)} ${String(fromPort).padStart(5)} ${to.padStart(15)} ${String(toPort).padStart(5)} ${'0'.padStart(5)} ${'0'.padStart(5)}`;
