/** What packets are answered with. */
import { printableAscii } from './hex.js';

/** The errors of QEMU's stub: EPERM, EFAULT, EINVAL, ENOSPC. */
export const Reply = {
  Ok: 'OK',
  Unsupported: '',
  NotAllowed: 'E01',
  BadAddress: 'E14',
  Invalid: 'E22',
  TooMany: 'E1c',
} as const;

/** An error in words. */
export const failed = (message: string): string => `E.${printableAscii(message)}`;

/** Answers a packet's text behind the part by which it was found; undefined: there is no answer yet, or it was given. */
export type Handler<Context> = (context: Context, rest: string) => string | undefined;

/** Handlers by how packets begin: the longest beginning counts. */
export class PacketTable<Context> {
  private readonly rows: readonly (readonly [start: string, handle: Handler<Context>])[];

  constructor(...tables: readonly Readonly<Record<string, Handler<Context>>>[]) {
    this.rows = tables.flatMap((table) => Object.entries(table)).sort(([a], [b]) => b.length - a.length);
  }

  answer(context: Context, packet: string): string | undefined {
    const row = this.rows.find(([start]) => packet.startsWith(start));
    return row === undefined ? Reply.Unsupported : row[1](context, packet.slice(row[0].length));
  }
}
