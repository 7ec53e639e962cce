/** Where a network card of a board is plugged in: frames go out by the cable, and come in by `receive`. */

/** What a card is plugged into. */
export interface NetworkCable {
  /** The card sends a frame, without its check sequence. */
  send(frame: Uint8Array): void;
  /** The card has room for a frame again, after `receive` has given false. */
  ready(): void;
}

/** A card with a socket. Without a cable, what it sends is lost. */
export interface NetworkSocket {
  /** What it is, how it is called, and its Ethernet address. */
  readonly kind: string;
  readonly id: string | undefined;
  readonly mac: Uint8Array;
  /** The name of the network that it is to be plugged into; undefined for none. */
  readonly network: string | undefined;
  connect(cable: NetworkCable): void;
  /** Takes a frame, without its check sequence; false if it has no room. */
  receive(frame: Uint8Array): boolean;
}
