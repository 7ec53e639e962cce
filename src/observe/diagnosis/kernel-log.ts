/**
 * The messages that a Linux kernel has logged, read out of its memory, whether a console has shown them or not. Linux,
 * kernel/printk/printk_ringbuffer.c and Documentation/admin-guide/kdump/gdbmacros.txt; the layout of 5.10 and later on
 * 64-bit machines. What does not look like it is no log.
 */
import type { KernelMemory } from '../symbols/index.js';

export interface KernelMessage {
  /** ns since the kernel's clock began. */
  readonly time: number;
  readonly text: string;
}

/** A message as `dmesg` and consoles show it: seconds, cut off behind the microseconds. */
export function messageText({ time, text }: KernelMessage): string {
  return `[${(Math.floor(time / 1000) / 1e6).toFixed(6).padStart(12)}] ${text}`;
}

/** struct prb_desc_ring, at the start of struct printk_ringbuffer. */
const ring = { countBits: 0, descriptors: 8, infos: 16, headId: 24, tailId: 32 } as const;
/** struct prb_data_ring follows; since 5.19 there is one more word before it. */
const dataRings = [48, 40] as const;
const data = { sizeBits: 0, data: 8 } as const;
/** struct prb_desc: state, then where the text is: its first byte and the next free one. */
const descriptor = { state: 0, begin: 8, next: 16, size: 24 } as const;
/** struct printk_info. */
const info = { time: 8, textLength: 16, size: 88 } as const;

/** States of a descriptor, bits 63 and 62, in which its text is whole. */
const committed = [1n, 2n];
const ID_MASK = (1n << 62n) - 1n;
/** Bits of the sizes of rings that are believed. */
const believed = { least: 4, most: 26 } as const;
/** Descriptors, from the latest back, that are looked at: what a guest has in its memory may be anything. */
const LOOKED_AT = 256n;
/** A block of text begins with its descriptor's number. */
const BLOCK_HEADER = 8n;

interface Log {
  readonly descriptors: bigint;
  readonly infos: bigint;
  /** Descriptors are numbered on and on; so many there are, a power of two. */
  readonly count: bigint;
  readonly head: bigint;
  readonly tail: bigint;
  readonly text: { readonly at: bigint; readonly size: bigint };
}

/** The latest messages, the oldest first; none where no log is found. */
export function kernelLog(memory: KernelMemory, most: number): KernelMessage[] {
  const log = findLog(memory);
  if (log === undefined) return [];
  const messages: KernelMessage[] = [];
  for (let id = log.head; messages.length < most && isWithin(log, id); id = (id - 1n) & ID_MASK) {
    const message = readMessage(memory, log, id);
    if (message !== undefined) messages.unshift(message);
  }
  return messages;
}

/** Whether a descriptor is one of the latest, as far back as it is looked. */
function isWithin({ head, tail }: Log, id: bigint): boolean {
  const back = (head - id) & ID_MASK;
  return back <= ((head - tail) & ID_MASK) && back < LOOKED_AT;
}

/** The variable `prb` points at the ring in use. */
function findLog(memory: KernelMemory): Log | undefined {
  const pointer = memory.addressOf('prb');
  const at = pointer === undefined ? undefined : memory.read(pointer, 8)?.getBigUint64(0, true);
  const view = at === undefined ? undefined : memory.read(at, 96);
  if (view === undefined) return undefined;
  const countBits = view.getUint32(ring.countBits, true);
  const base = dataRings.find((each) => isBelieved(view.getUint32(each + data.sizeBits, true)));
  if (!isBelieved(countBits) || base === undefined) return undefined;
  const word = (offset: number): bigint => view.getBigUint64(offset, true);
  return {
    descriptors: word(ring.descriptors),
    infos: word(ring.infos),
    count: 1n << BigInt(countBits),
    head: word(ring.headId) & ID_MASK,
    tail: word(ring.tailId) & ID_MASK,
    text: { at: word(base + data.data), size: 1n << BigInt(view.getUint32(base + data.sizeBits, true)) },
  };
}

const isBelieved = (bits: number): boolean => bits >= believed.least && bits <= believed.most;

function readMessage(memory: KernelMemory, log: Log, id: bigint): KernelMessage | undefined {
  const index = id & (log.count - 1n);
  const state = memory.read(log.descriptors + index * BigInt(descriptor.size), descriptor.size);
  const about = memory.read(log.infos + index * BigInt(info.size), info.size);
  if (state === undefined || about === undefined) return undefined;
  const variable = state.getBigUint64(descriptor.state, true);
  if ((variable & ID_MASK) !== id || !committed.includes(variable >> 62n)) return undefined;
  const begin = state.getBigUint64(descriptor.begin, true);
  const next = state.getBigUint64(descriptor.next, true);
  const length = about.getUint16(info.textLength, true);
  const text = blockText(memory, log, begin, next, length);
  return text === undefined ? undefined : { time: Number(about.getBigUint64(info.time, true)), text };
}

/** The text of a block, which does not go on at the ring's start: it lies there whole if it does not fit at the end. */
function blockText(
  memory: KernelMemory,
  { text }: Log,
  begin: bigint,
  next: bigint,
  length: number,
): string | undefined {
  // Odd: a message without text.
  if ((begin & 1n) !== 0n) return undefined;
  const isWrapped = begin / text.size !== (next - 1n) / text.size;
  const offset = isWrapped ? 0n : begin % text.size;
  const view = memory.read(text.at + offset + BLOCK_HEADER, length);
  return view && new TextDecoder().decode(view);
}
