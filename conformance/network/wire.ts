/** Ethernet to QEMU's `-netdev stream` and `socket`: frames with their lengths in front of them, over a stream. */
import type { Socket } from 'node:net';

/** Calls `hear` with each frame that comes. */
export function hearFrames(socket: Socket, hear: (frame: Uint8Array) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= 4) {
      const length = rest.readUInt32BE(at);
      if (rest.length - at < 4 + length) break;
      hear(Uint8Array.from(rest.subarray(at + 4, at + 4 + length)));
      at += 4 + length;
    }
    rest = rest.subarray(at);
  });
}

export function sendFrame(socket: Socket, frame: Uint8Array): void {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(frame.length);
  socket.write(Buffer.concat([header, frame]));
}
