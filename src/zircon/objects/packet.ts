/** What ports queue: zx_port_packet_t, <zircon/syscalls/port.h>. */
import { PacketType, Status } from '../abi/constants.js';
import { structs } from '../abi/structs.js';
import type { PortObserver } from './port-observer.js';
import { Queue, type Queued } from '../sched/queue.js';
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

export const PACKET_BYTES = structs.zx_port_packet.size;
const { offsets } = structs.zx_port_packet;
/** Where the union lies. */
const PAYLOAD = 16;

export abstract class Packet implements Queued {
  queuePlace: Signed = -1;

  constructor(
    readonly key: bigint,
    readonly type: number,
    readonly status: Signed = Status.OK,
  ) {}

  get isQueued(): boolean {
    return this.queuePlace >= 0;
  }

  /** Writes the 32 bytes that depend on the type. */
  protected abstract writePayload(payload: DataView): void;

  /** As it is in memory. */
  get bytes(): Uint8Array {
    const bytes = new Uint8Array(PACKET_BYTES);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(offsets.key, this.key, true);
    view.setUint32(offsets.type, this.type, true);
    view.setInt32(offsets.status, this.status, true);
    this.writePayload(new DataView(bytes.buffer, PAYLOAD));
    return bytes;
  }
}

/** From zx_port_queue. */
export class UserPacket extends Packet {
  private constructor(
    key: bigint,
    status: number,
    private readonly payload: Uint8Array,
  ) {
    super(key, PacketType.USER, status);
  }
  /** From memory: the type there does not count. */
  static parse(bytes: Uint8Array): UserPacket {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const status = view.getInt32(offsets.status, true);
    return new UserPacket(view.getBigUint64(offsets.key, true), status, bytes.slice(PAYLOAD));
  }
  protected override writePayload(payload: DataView): void {
    this.payload.forEach((byte, i) => payload.setUint8(i, byte));
  }

  audit(inspector: Inspector): void {
    inspector.ensure(this.payload.length === PACKET_BYTES - PAYLOAD, 'a packet has 32 bytes');
  }
}

/** From zx_object_wait_async. */
export class SignalPacket extends Packet {
  observed = 0;
  count = 1;

  constructor(
    key: bigint,
    type: number,
    /** What brings it. */
    readonly source: PortObserver,
    readonly trigger: number,
  ) {
    super(key, type);
  }
  protected override writePayload(payload: DataView): void {
    const { offsets } = structs.zx_packet_signal;
    payload.setUint32(offsets.trigger, this.trigger, true);
    payload.setUint32(offsets.observed, this.observed, true);
    payload.setBigUint64(offsets.count, BigInt(this.count), true);
  }
}

/** From the exception port of a task; its type is that of the exception. */
export class ExceptionPacket extends Packet {
  constructor(
    key: bigint,
    type: number,
    /** Koids. */
    readonly process: number,
    readonly thread: number,
  ) {
    super(key, type);
  }
  protected override writePayload(payload: DataView): void {
    const { offsets } = structs.zx_packet_exception;
    payload.setBigUint64(offsets.pid, BigInt(this.process), true);
    payload.setBigUint64(offsets.tid, BigInt(this.thread), true);
  }
}

/** From an interrupt bound to the port. */
export class InterruptPacket extends Packet {
  /** Virtual ns at which the interrupt was triggered. */
  timestamp = 0n;

  constructor(key: bigint) {
    super(key, PacketType.INTERRUPT);
  }
  protected override writePayload(payload: DataView): void {
    payload.setBigInt64(structs.zx_packet_interrupt.offsets.timestamp, this.timestamp, true);
  }
}

export class Packets extends Queue<Packet> {}
export class InterruptPackets extends Queue<InterruptPacket> {}
