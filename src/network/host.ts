/**
 * The border between a network and its host. What a network wants of the host it says through `NetworkHost`, and nothing
 * comes back from there; what the host has for it enters as events, through the machine's journal. So a machine whose
 * events are known does the same without its host.
 */

/** Where the guest wants to go, once it is clear who that is. */
export interface Target {
  /** `address`: as it stands there; `dns`: to the host's name server; `forward`: to the guestfwd of that number. */
  readonly kind: 'address' | 'dns' | 'forward';
  /** Of the host's world, or the number of the guestfwd. */
  readonly address: number;
  readonly port: number;
}

export interface NetworkHost {
  /** Opens a connection; `connected`, `refused` or `unreachable` answers. */
  connect(id: number, target: Target): void;
  /** Content for a connection; `passed` says that it has gone on. */
  write(id: number, content: Uint8Array): void;
  /** No more will be written. */
  end(id: number): void;
  /** The connection is no more: the other side is to see a reset. */
  abort(id: number): void;
  /** Sends a datagram from the socket of a flow, which is the one of a forward where it has such a number, -1 otherwise. */
  sendDatagram(id: number, forward: number, target: Target, content: Uint8Array): void;
  /** The flow is no more. */
  closeFlow(id: number): void;
  /** Reads from a file below the directory that is served by TFTP; `file` or `no-file` answers. */
  readFile(id: number, name: string, offset: number, length: number): void;
}

/** Whoever does nothing: a machine that replays. */
export const noHost: NetworkHost = {
  connect: () => undefined,
  write: () => undefined,
  end: () => undefined,
  abort: () => undefined,
  sendDatagram: () => undefined,
  closeFlow: () => undefined,
  readFile: () => undefined,
};

/** What comes from the host. `id`: of the connection, flow or transfer that it is for. */
export type NetworkEvent =
  | { readonly what: 'connected'; readonly id: number }
  | { readonly what: 'refused'; readonly id: number }
  /** `code`: ICMP's. */
  | { readonly what: 'unreachable'; readonly id: number; readonly code: number }
  /** Somebody has come to a forwarded port: from `address`, for that port of the guest. */
  | {
      readonly what: 'accepted';
      readonly address: number;
      readonly port: number;
      readonly guest: number;
      readonly guestPort: number;
    }
  | { readonly what: 'content'; readonly id: number; readonly bytes: Uint8Array }
  /** So many bytes that `write` was given have gone on. */
  | { readonly what: 'passed'; readonly id: number; readonly count: number }
  /** No more content will come. */
  | { readonly what: 'ended'; readonly id: number }
  | { readonly what: 'reset'; readonly id: number }
  | {
      readonly what: 'datagram';
      readonly id: number;
      readonly address: number;
      readonly port: number;
      readonly bytes: Uint8Array;
    }
  /** A datagram has come to forwarded port number `forward`. */
  | {
      readonly what: 'forwarded';
      readonly forward: number;
      readonly address: number;
      readonly port: number;
      readonly guest: number;
      readonly guestPort: number;
      readonly bytes: Uint8Array;
    }
  /** A piece of a file, which has so many bytes in all. */
  | { readonly what: 'file'; readonly id: number; readonly size: number; readonly bytes: Uint8Array }
  | { readonly what: 'no-file'; readonly id: number }
  /** All sockets of the host are gone, as after a snapshot. */
  | { readonly what: 'lost' };

export type NetworkEventKind = NetworkEvent['what'];
export type NetworkEventOf<K extends NetworkEventKind> = Extract<NetworkEvent, { readonly what: K }>;

/** The numbers of each kind of event, in their order in a recording; `bytes` is content. */
export const networkEventFields: {
  readonly [K in NetworkEventKind]: readonly (Exclude<keyof NetworkEventOf<K>, 'what'> & string)[];
} = {
  connected: ['id'],
  refused: ['id'],
  unreachable: ['id', 'code'],
  accepted: ['address', 'port', 'guest', 'guestPort'],
  content: ['id', 'bytes'],
  passed: ['id', 'count'],
  ended: ['id'],
  reset: ['id'],
  datagram: ['id', 'address', 'port', 'bytes'],
  forwarded: ['forward', 'address', 'port', 'guest', 'guestPort', 'bytes'],
  file: ['id', 'size', 'bytes'],
  'no-file': ['id'],
  lost: [],
};
