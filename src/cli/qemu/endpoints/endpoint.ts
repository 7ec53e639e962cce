/** The host's end of a cable: what a serial port or a monitor talks to. */
export interface Endpoint {
  /** As QEMU's `info chardev` calls it. */
  readonly name: string;
  /** Begins; resolves when there is somebody, where that is waited for. @throws QemuError */
  open(events: EndpointEvents): Promise<void>;
  /** Sends bytes; what nobody can take is gone. */
  write(bytes: Uint8Array): void;
  /** Whether something may still come. */
  readonly isOpen: boolean;
  /** Whether there is room for more of it. */
  want(isWanted: boolean): void;
  /** Resolves when more can be sent without piling up; undefined if that is now. */
  backlog(): Promise<void> | undefined;
  close(): void;
}

export interface EndpointEvents {
  /** Somebody is there, perhaps anew. */
  readonly met: () => void;
  /** Bytes have come. */
  readonly hear: (bytes: Uint8Array) => void;
}

/** Nobody. */
export class NullEndpoint implements Endpoint {
  readonly isOpen = false;

  constructor(readonly name: string) {}

  open(_events: EndpointEvents): Promise<void> {
    return Promise.resolve();
  }
  write(_bytes: Uint8Array): void {}
  want(_isWanted: boolean): void {}
  backlog(): undefined {
    return undefined;
  }
  close(): void {}
}
