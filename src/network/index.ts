/** Networks for guests, without rights on the host: packets are made here, and content goes to the host's sockets. */
export { ipv4Text, isLoopback, LOOPBACK, macText, maskOf, masked, parseIpv4, parseMac } from './address.js';
export { isInside, networkShape, usualNetwork, type NetworkConfiguration } from './configuration.js';
export {
  networkEventFields,
  noHost,
  type NetworkEvent,
  type NetworkEventOf,
  type NetworkEventKind,
  type NetworkHost,
  type Target,
} from './host.js';
export type { NetworkCard } from './link.js';
export { pcapHeader, pcapRecord } from './pcap.js';
export { UserNetwork, type NetworkClock, type NetworkState } from './user-network.js';
