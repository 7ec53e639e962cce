/** A connection of the guest's on the host: a socket, or a program that is started for it. */
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import type { NetworkEvent } from '../../network/index.js';

/** Bytes that are kept for the guest; beyond that whoever sends them waits. */
const KEPT = 2 ** 18;

export class HostConnection {
  /** Content for the guest, in order. */
  private chunks: Uint8Array[] = [];
  private kept = 0;
  /** Bytes that the other side has been given and are not told of yet. */
  private passed = 0;
  private isConnected = false;
  private isEnded = false;
  /** What has ended it before its time. */
  private failure: NodeJS.ErrnoException | undefined;
  private isTold = { connected: false, ended: false, failure: false };

  /** @param stir called when there is something for the guest */
  constructor(
    readonly id: number,
    private readonly stream: Duplex,
    private readonly stir: () => void,
    isConnected: boolean,
  ) {
    this.isConnected = isConnected;
    this.isTold.connected = isConnected;
    stream.on('connect', () => {
      this.isConnected = true;
      stir();
    });
    stream.on('data', (chunk: Uint8Array) => this.keep(chunk));
    stream.on('end', () => {
      this.isEnded = true;
      stir();
    });
    stream.on('error', (error) => {
      this.failure ??= error;
      stir();
    });
    if (stream instanceof Socket) stream.setNoDelay(true);
  }

  /** Whether nothing will come from it any more, and nothing has to go. */
  get isOver(): boolean {
    return this.isTold.failure || (this.stream.destroyed && this.isTold.ended && this.passed === 0);
  }

  write(content: Uint8Array): void {
    // A socket that is gone takes nothing, and the guest hears of that.
    if (this.stream.destroyed || this.stream.writableEnded) return;
    this.stream.write(Buffer.from(content), () => {
      this.passed += content.length;
      this.stir();
    });
  }
  end(): void {
    if (!this.stream.destroyed) this.stream.end();
  }
  abort(): void {
    if (this.stream instanceof Socket && this.isConnected) this.stream.resetAndDestroy();
    else this.stream.destroy();
  }

  private keep(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.kept += chunk.length;
    if (this.kept >= KEPT) this.stream.pause();
    this.stir();
  }

  /** What there is for the guest, of which content at most so many bytes. */
  *events(room: () => number): Generator<NetworkEvent> {
    const { id, isTold } = this;
    if (this.failure !== undefined) {
      isTold.failure = true;
      yield isTold.connected ? { what: 'reset', id } : failed(id, this.failure);
      return;
    }
    if (this.isConnected && !isTold.connected) {
      isTold.connected = true;
      yield { what: 'connected', id };
    }
    if (this.passed > 0) {
      const count = this.passed;
      this.passed = 0;
      yield { what: 'passed', id, count };
    }
    for (let most = room(); most > 0 && this.chunks.length > 0; most = room()) yield this.content(most);
    if (this.isEnded && this.chunks.length === 0 && !isTold.ended && isTold.connected) {
      isTold.ended = true;
      yield { what: 'ended', id };
    }
  }

  private content(most: number): NetworkEvent {
    const [first] = this.chunks;
    const bytes = first.subarray(0, most);
    if (bytes.length < first.length) this.chunks[0] = first.subarray(most);
    else this.chunks.shift();
    this.kept -= bytes.length;
    if (this.kept < KEPT / 2 && this.stream.isPaused()) this.stream.resume();
    return { what: 'content', id: this.id, bytes };
  }
}

/** As libslirp: a host that cannot be reached is told by ICMP, anything else as nobody who listens. */
function failed(id: number, { code }: NodeJS.ErrnoException): NetworkEvent {
  if (code === 'EHOSTUNREACH') return { what: 'unreachable', id, code: 1 };
  const isLocal = ['ENETUNREACH', 'EMFILE', 'ENFILE', 'EACCES', 'EPERM', 'EADDRNOTAVAIL'].includes(
    code ?? '',
  );
  return isLocal ? { what: 'unreachable', id, code: 0 } : { what: 'refused', id };
}
