/** Turns what a hosted kernel tells into events. */
import type { Machine } from '../../machine/index.js';
import {
  kernelOf,
  ObjectType,
  Process,
  syscalls,
  type AddressSpace,
  type ArgumentSignature,
  type Dispatcher,
  type KernelListener,
  type Mapping,
  type Thread,
  type VmListener,
  type Vmo,
} from '../../zircon/index.js';
import type { KernelCategory, KernelEvent, MappingEvent, ThreadName, VmoName } from './events.js';
import { messageContent, statusText } from './message-content.js';

/** Where an event goes. */
export type Tell = (category: KernelCategory, event: KernelEvent) => void;

const typeNames = new Map<number, string>(
  Object.entries(ObjectType).map(([name, type]) => [type, name.toLowerCase().replaceAll('_', ' ')]),
);
const typeName = ({ type }: Dispatcher): string => typeNames.get(type) ?? `object of type ${type}`;

const threadName = (thread: Thread): ThreadName => ({
  process: thread.process.name,
  pid: thread.process.koid,
  thread: thread.name,
  tid: thread.koid,
});
const vmoName = ({ koid, name }: Vmo): VmoName => ({ koid, name });

/** An argument as its C type has it: signed numbers in decimal, all else in hexadecimal. */
function argumentText({ kind }: ArgumentSignature, register: bigint): string {
  if (kind === 's64') return String(BigInt.asIntN(64, register));
  if (kind === 's32') return String(BigInt.asIntN(32, register));
  const bits = { bool: 8, u8: 8, u16: 16, u32: 32, handle: 32 }[kind as string] ?? 64;
  return `0x${BigInt.asUintN(bits, register).toString(16)}`;
}

function resultText(returns: string, result: bigint): string {
  if (returns === 's32') return statusText(Number(BigInt.asIntN(32, result)));
  return String(BigInt.asIntN(64, result));
}

/** Hears of everything in a machine's kernel and tells it on. */
export class KernelWatch implements KernelListener, VmListener {
  /** Objects of which is not told yet, since they are still being made. */
  private readonly fresh: Dispatcher[] = [];

  /** Not of one kernel: a reset of the machine has another take its place. */
  constructor(
    private readonly machine: Machine,
    private readonly tellNow: Tell,
  ) {}

  private tell(category: KernelCategory, event: KernelEvent): void {
    this.flush();
    this.tellNow(category, event);
  }
  /** Tells of the objects that have been made. */
  flush(): void {
    for (const object of this.fresh.splice(0)) this.tellNow('objects', objectEvent('object created', object));
  }

  callEntered(thread: Thread, number: number, registers: readonly bigint[]): void {
    const { name, arguments: signature } = syscalls[number];
    this.tell('syscalls', {
      type: 'system call',
      by: threadName(thread),
      name,
      arguments: signature.map((argument, i) => [argument.name, argumentText(argument, registers[i])]),
    });
  }
  callReturned(thread: Thread, number: number, result: bigint): void {
    const { name, returns } = syscalls[number];
    this.tell('syscalls', {
      type: 'system call return',
      by: threadName(thread),
      name,
      result: resultText(returns, result),
    });
  }

  objectCreated(object: Dispatcher): void {
    this.fresh.push(object);
  }
  objectDestroyed(object: Dispatcher): void {
    this.tell('objects', objectEvent('object destroyed', object));
  }

  messageWritten(...[from, message]: Parameters<KernelListener['messageWritten']>): void {
    this.tell('channels', {
      type: 'message',
      from: from.koid,
      to: from.relatedKoid,
      size: message.bytes.length,
      handles: message.handles.map(({ object }) => `${typeName(object)} ${object.koid}`),
      content: messageContent(message),
    });
  }

  switched(_core: number, from: Thread | undefined, to: Thread | undefined): void {
    this.tell('sched', { type: 'context switch', from: from && threadName(from), to: to && threadName(to) });
  }

  // Virtual memory.

  committed(...[vmo, index, page, reason, copied]: Parameters<VmListener['committed']>): void {
    const address = this.machine.board.ram.base + page;
    this.tell('vm', { type: 'page committed', vmo: vmoName(vmo), index, count: 1, address, reason, copied });
  }
  decommitted(vmo: Vmo, index: number, count: number): void {
    this.tell('vm', { type: 'pages decommitted', vmo: vmoName(vmo), index, count });
  }
  mapped(mapping: Mapping): void {
    this.tell('vm', this.mappingEvent('mapped', mapping, mapping.base, mapping.size));
  }
  unmapped(mapping: Mapping, base: number, size: number): void {
    this.tell('vm', this.mappingEvent('unmapped', mapping, base, size));
  }

  private mappingEvent(
    type: MappingEvent['type'],
    mapping: Mapping,
    base: number,
    size: number,
  ): MappingEvent {
    const { permissions, vmo, offset, space } = mapping;
    const letters = [...'rwx'].map((letter, bit) => ((permissions >> bit) & 1 ? letter : '-')).join('');
    return { type, pid: this.pidOf(space), base, size, permissions: letters, vmo: vmoName(vmo), offset };
  }
  private pidOf(space: AddressSpace): number {
    for (const object of kernelOf(this.machine)?.objects.values() ?? []) {
      if (object instanceof Process && object.aspace === space) return object.koid;
    }
    return 0;
  }
}

function objectEvent(type: 'object created' | 'object destroyed', object: Dispatcher): KernelEvent {
  return { type, koid: object.koid, object: typeName(object), name: object.name ?? '' };
}
