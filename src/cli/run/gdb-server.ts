/** `--gdb`: GDB's way to the machine, over TCP. One debugger at a time; whoever comes meanwhile is told so. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { framed, GdbStub, type Debugger } from '../../debug/index.js';
import { UsageError } from '../command.js';

/** Where to listen. */
export interface GdbAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Bytes of answers that may wait for GDB to take them, and of packets that are looked at before that is looked at. */
const MOST_WAITING = 2 ** 20;
const PIECE = 256;
/** Milliseconds in which a second debugger may ask, to be answered. */
const REFUSAL_TIME = 5000;
/** Milliseconds in which the end of a connection that has been left is noticed. */
const LEAVING_TIME = 100;

export class GdbServer {
  private connection: { readonly socket: Socket; readonly stub: GdbStub } | undefined;

  private constructor(
    private readonly debug: Debugger,
    private readonly server: Server,
    private readonly note: (text: string) => void,
  ) {
    server.on('connection', (socket) => this.connect(socket));
  }

  /** Listens, and says where. @throws UsageError where that is not possible */
  static async listen(
    debug: Debugger,
    { host, port }: GdbAddress,
    note: (text: string) => void,
  ): Promise<GdbServer> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', ({ message }) =>
        reject(new UsageError(`--gdb ${addressText(host, port)}: ${message}`)),
      );
      server.listen({ host, port, exclusive: true }, resolve);
    });
    // By itself it keeps nobody from ending.
    server.unref();
    const { address, port: actual } = server.address() as AddressInfo;
    note(`GDB is waited for: target remote ${addressText(address, actual)}`);
    return new GdbServer(debug, server, note);
  }

  /** The machine has come to its end; a debugger hears this exit status. */
  finish(status: number): void {
    this.server.close();
    this.connection?.stub.ended(status);
    this.connection?.socket.end();
    this.connection?.socket.unref();
  }

  /** Waits for nobody any more, and leaves whoever is there. */
  close(): void {
    this.server.close();
    this.connection?.socket.destroy();
  }

  private connect(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.connection === undefined) this.serve(socket, new Uint8Array());
    else this.keepWaiting(socket);
  }

  private serve(socket: Socket, sent: Uint8Array): void {
    const from = addressText(socket.remoteAddress ?? '?', socket.remotePort ?? 0);
    this.note(`a debugger at ${from} has the machine stand still`);
    const stub = new GdbStub(this.debug, (bytes) => void (socket.writable && socket.write(bytes)));
    this.connection = { socket, stub };
    socket.on('close', () => {
      this.connection = undefined;
      stub.close();
      this.note(
        `the debugger has gone${this.debug.isHalted ? ': the machine stands still until another comes' : ''}`,
      );
    });
    pump(socket, stub, sent);
  }

  /** Another debugger has the machine: if it does not leave just now, this one is told so when it asks something. */
  private keepWaiting(socket: Socket): void {
    socket.setTimeout(REFUSAL_TIME, () => socket.destroy());
    socket.once('data', (sent: Uint8Array) => {
      socket.pause();
      setTimeout(() => {
        socket.setTimeout(0);
        if (socket.destroyed) return;
        if (this.connection === undefined) this.serve(socket, sent);
        else socket.end(Buffer.concat([Buffer.from('+'), framed('E.another debugger has this machine')]));
      }, LEAVING_TIME);
    });
  }
}

/** Gives a stub what comes, but no more than it may answer while nobody takes the answers. */
function pump(socket: Socket, stub: GdbStub, sent: Uint8Array): void {
  let waiting = sent;
  const feed = (): void => {
    while (waiting.length > 0 && socket.writableLength < MOST_WAITING) {
      const piece = waiting.subarray(0, PIECE);
      waiting = waiting.subarray(PIECE);
      stub.receive(piece);
    }
    if (waiting.length > 0) socket.pause();
    else socket.resume();
  };
  socket.on('drain', feed);
  socket.on('data', (data: Uint8Array) => {
    waiting = Buffer.concat([waiting, data]);
    feed();
  });
  feed();
}

const addressText = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
