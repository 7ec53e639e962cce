/** Sockets of the host for guests' networks: Node's, so a browser does without. */
export { isAllowed, parseAllowed, type Allowed } from './allowed.js';
export type { Forward, Listening } from './forwards.js';
export { HostSockets, type GuestForwardTarget, type ServedNetwork, type SocketsOptions } from './sockets.js';
