/**
 * A connection to GDB, from the machine's side: bytes in, bytes out. What carries them is the caller's. The protocol is
 * appendix E of GDB's manual; where QEMU has more (`sstep`, `PhyMemMode`), so has this.
 */
import type { Debugger, Halt } from '../debugger.js';
import { TargetError } from '../target.js';
import { runMonitor } from '../monitor/monitor.js';
import { framed, PACKET_SIZE, PacketReader } from './framing.js';
import { bytesOf, bytesToHex, hexToBytes, parseCount, textOf } from './hex.js';
import { memoryPackets } from './memory-packets.js';
import { regionPackets } from './region-packets.js';
import { registerPackets } from './register-packets.js';
import { failed, PacketTable, Reply, type Handler } from './reply.js';
import { aboutRunning, runPackets } from './run-packets.js';
import { GdbSession } from './session.js';
import { Signal, stopPackets, stopReply } from './stop-packets.js';
import { threadPackets } from './thread-packets.js';
import { parseThread } from './thread-names.js';

const ACKNOWLEDGED = bytesOf('+');
const REFUSED = bytesOf('-');
/** To GDB a target without a process. */
const NOTHING_RUNS = 'W00';
/** How often an answer that did not arrive is sent again. */
const MOST_RESENT = 3;

const offers = [
  `PacketSize=${PACKET_SIZE.toString(16)}`,
  ...['QStartNoAckMode', 'multiprocess', 'vContSupported', 'swbreak', 'hwbreak'].map((name) => `${name}+`),
  ...['qXfer:features:read', 'qXfer:threads:read', 'qXfer:memory-map:read'].map((name) => `${name}+`),
];

export class GdbStub {
  private readonly session: GdbSession;
  private readonly reader: PacketReader;
  private readonly leave: () => void;
  private acknowledges = true;
  private latest = framed('');
  private resent = 0;
  /** GDB waits to hear that the machine stands still. */
  private isWaiting = false;
  /** An interrupt has come while it stood still: it is for the next run ("Interrupts", in GDB's manual). */
  private isInterrupted = false;

  /** `send` takes the bytes for GDB. The machine stands still from now on. */
  constructor(
    private readonly debug: Debugger,
    private readonly send: (bytes: Uint8Array) => void,
  ) {
    this.session = new GdbSession(debug);
    this.reader = new PacketReader({
      packet: (bytes) => this.packet(textOf(bytes)),
      broken: () => this.acknowledge(REFUSED),
      acknowledged: (isRight) => this.acknowledged(isRight),
      interrupt: () => this.interrupt(),
    });
    this.leave = debug.stopped.add((halt) => this.stopped(halt));
    debug.isAttached = true;
    debug.stopNow();
  }

  /** Bytes from GDB. Whatever they are, nothing is thrown. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.reader.take(byte);
  }

  /** The machine has come to its end, which a process would tell by this status. */
  ended(status: number): void {
    if (this.isWaiting) this.reply(`W${bytesToHex(Uint8Array.of(status))}`);
    this.isWaiting = false;
  }

  /** The connection is no more. A machine that stands still does so until somebody else has it run. */
  close(): void {
    this.session.removeStops();
    this.leave();
    this.debug.isAttached = false;
  }

  private acknowledge(bytes: Uint8Array): void {
    if (this.acknowledges) this.send(bytes);
  }
  private acknowledged(isRight: boolean): void {
    if (isRight || !this.acknowledges || this.resent >= MOST_RESENT) return;
    this.resent += 1;
    this.send(this.latest);
  }

  /** Where GDB makes step after step, it may come between two of them. */
  private interrupt(): void {
    if (this.debug.isHalted) this.isInterrupted = true;
    else this.debug.stopNow();
  }

  private packet(text: string): void {
    this.acknowledge(ACKNOWLEDGED);
    const answer = this.answer(text);
    if (answer !== undefined) this.reply(answer);
  }
  private answer(text: string): string | undefined {
    try {
      return packets.answer(this, text);
    } catch (error) {
      if (error instanceof TargetError) return failed(error.message);
      throw error;
    }
  }
  private reply(text: string): void {
    this.latest = framed(text);
    this.resent = 0;
    this.send(this.latest);
  }

  private stopped(halt: Halt): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.session.thread = undefined;
    this.reply(stopReply(this.session, halt, Signal.Interrupt));
  }

  // What packets ask for that is the connection's own.

  /** Has a packet of one of the other files answer, with what the session knows. */
  within(handle: Handler<GdbSession>, rest: string): string | undefined {
    return handle(this.session, rest);
  }
  /** The same for one that has the machine run: it is answered when that stands still again. */
  running(handle: Handler<GdbSession>, rest: string): string | undefined {
    if (!this.debug.isHalted) return Reply.Invalid;
    this.isWaiting = true;
    const answer = handle(this.session, rest);
    if (answer !== undefined) this.isWaiting = false;
    else if (this.isInterrupted) this.debug.stopNow();
    this.isInterrupted = false;
    return answer;
  }
  supported(rest: string): string {
    const asked = rest.split(';');
    this.session.tellsBreakpoints = asked.includes('swbreak+') && asked.includes('hwbreak+');
    return offers.join(';');
  }
  /** From the packet behind this answer on. */
  withoutAcknowledgements(): undefined {
    this.reply(Reply.Ok);
    this.acknowledges = false;
    return undefined;
  }
  get halt(): string {
    // GDB may detach and stay: then there is nothing to tell of.
    if (this.session.threads.length === 0) return NOTHING_RUNS;
    this.debug.stopNow();
    const { halted } = this.debug;
    return halted === undefined ? Reply.Invalid : stopReply(this.session, halted, Signal.Trap);
  }

  /** `D` or `D;INFERIOR`: with the last of them, the machine runs on. */
  detach(rest: string): string {
    const inferior = rest === '' ? undefined : parseCount(rest.slice(1));
    const { session, debug } = this;
    const known = new Set(session.threads.map((each) => each.inferior));
    if (rest !== '' && (inferior === undefined || !known.has(inferior))) return Reply.Invalid;
    for (const each of inferior === undefined ? known : [inferior]) session.detached.add(each);
    if (session.threads.length > 0) return Reply.Ok;
    session.removeStops();
    debug.leave();
    return Reply.Ok;
  }
  attach(rest: string): string {
    const inferior = parseCount(rest);
    if (inferior === undefined) return Reply.Invalid;
    this.session.detached.delete(inferior);
    const thread = this.session.find({ inferior, thread: 'any' });
    if (thread === undefined) return Reply.Invalid;
    this.debug.stopNow();
    this.session.thread = thread;
    return stopReply(this.session, { cause: 'interrupt', thread }, Signal.Trap);
  }
  kill(): undefined {
    this.debug.kill();
  }
  restart(): undefined {
    this.debug.reset();
  }

  /** `monitor`: what it says in pieces, then `OK`. */
  monitor(rest: string): string {
    const command = hexToBytes(rest);
    if (command === undefined) return Reply.Invalid;
    const bytes = new TextEncoder().encode(runMonitor(this.session, textOf(command)));
    const piece = PACKET_SIZE / 4;
    for (let at = 0; at < bytes.length; at += piece)
      this.reply(`O${bytesToHex(bytes.subarray(at, at + piece))}`);
    return Reply.Ok;
  }

  stepBits(rest: string): string {
    const bits = parseCount(rest);
    if (bits === undefined || bits > 7) return Reply.Invalid;
    this.session.stepBits = bits;
    return Reply.Ok;
  }
  memoryMode(rest: string): string {
    this.session.space = rest === '0' ? 'virtual' : 'physical';
    return Reply.Ok;
  }
  get modes(): { readonly stepBits: number; readonly isPhysical: boolean } {
    return { stepBits: this.session.stepBits, isPhysical: this.session.space === 'physical' };
  }
}

/** Of a packet that nothing comes behind. */
function alone(handle: (stub: GdbStub) => string | undefined): Handler<GdbStub> {
  return (stub, rest) => (rest === '' ? handle(stub) : Reply.Unsupported);
}

const own: Readonly<Record<string, Handler<GdbStub>>> = {
  '!': alone(() => Reply.Ok),
  '?': alone((stub) => stub.halt),
  qSupported: (stub, rest) => stub.supported(rest.slice(1)),
  QStartNoAckMode: (stub) => stub.withoutAcknowledgements(),
  D: (stub, rest) => stub.detach(rest),
  'vAttach;': (stub, rest) => stub.attach(rest),
  k: alone((stub) => stub.kill()),
  'vKill;': (stub, rest) => {
    if (parseThread(`p${rest}`) === undefined) return Reply.Invalid;
    stub.kill();
    return Reply.Ok;
  },
  R: (stub) => stub.restart(),
  'qRcmd,': (stub, rest) => stub.monitor(rest),
  'qqemu.sstepbits': () => 'ENABLE=1,NOIRQ=2,NOTIMER=4',
  'qqemu.sstep': (stub) => `0x${stub.modes.stepBits.toString(16)}`,
  'Qqemu.sstep:': (stub, rest) => stub.stepBits(rest.replace(/^0x/i, '')),
  'qqemu.PhyMemMode': (stub) => (stub.modes.isPhysical ? '1' : '0'),
  'Qqemu.PhyMemMode:': (stub, rest) => stub.memoryMode(rest),
};

const lifted = (
  table: Readonly<Record<string, Handler<GdbSession>>>,
  way: 'within' | 'running',
): Readonly<Record<string, Handler<GdbStub>>> =>
  Object.fromEntries(
    Object.entries(table).map(([start, handle]) => [start, (stub, rest) => stub[way](handle, rest)]),
  );

const packets = new PacketTable<GdbStub>(
  own,
  ...[registerPackets, memoryPackets, regionPackets, stopPackets, threadPackets, aboutRunning].map((table) =>
    lifted(table, 'within'),
  ),
  lifted(runPackets, 'running'),
);
