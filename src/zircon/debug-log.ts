/** The debug log: a ring of records that all readers see; what is written also goes to the console. */
import { encodeText, shownName } from '../images/index.js';
import { ExceptionType, LogConstant, Signal } from './abi/constants.js';
import { structs } from './abi/structs.js';
import type { Happening } from './exceptions/exception-ports.js';
import type { Kernel } from './kernel.js';
import type { Log } from './objects/log.js';
import type { Thread } from './objects/thread.js';
import type { Inspector } from './state/inspector.js';

/** Bytes of text that a record has at most. */
export const LOG_TEXT_MAX = LogConstant.RECORD_MAX - structs.zx_log_record.size;
/** Bytes of records that the ring keeps. */
const RING_SIZE = 128 * 1024;
/** Bytes of a record before its text. */
const HEADER_SIZE = structs.zx_log_record.size;

export interface LogRecord {
  /** Position in the log: readers keep one. */
  readonly sequence: number;
  readonly flags: number;
  /** Virtual ns. */
  readonly timestamp: number;
  readonly pid: number;
  readonly tid: number;
  readonly text: Uint8Array;
}

const sizeOf = ({ text }: LogRecord): number => HEADER_SIZE + text.length;

const exceptionNames = new Map<number, string>([
  [ExceptionType.GENERAL, 'general exception'],
  [ExceptionType.FATAL_PAGE_FAULT, 'fatal page fault'],
  [ExceptionType.UNDEFINED_INSTRUCTION, 'undefined instruction'],
  [ExceptionType.SW_BREAKPOINT, 'software breakpoint'],
  [ExceptionType.HW_BREAKPOINT, 'hardware breakpoint'],
  [ExceptionType.UNALIGNED_ACCESS, 'unaligned access'],
  [ExceptionType.POLICY_ERROR, 'policy error'],
]);

export class DebugLog {
  private readonly records: LogRecord[] = [];
  private bytes = 0;
  private next = 0;
  private readonly readers = new Set<Log>();

  constructor(private readonly kernel: Kernel) {}

  /** Adds a record, and shows it on the console: `[time] pid.tid> text`. */
  write(text: Uint8Array, flags: number, pid: number, tid: number): void {
    const { kernel } = this;
    const record: LogRecord = { sequence: this.next, flags, timestamp: kernel.now, pid, tid, text };
    this.next += 1;
    this.records.push(record);
    this.bytes += sizeOf(record);
    while (this.bytes > RING_SIZE) this.bytes -= sizeOf(this.records.shift() as LogRecord);
    const seconds = record.timestamp / 1e9;
    const time = `${String(Math.floor(seconds)).padStart(5, '0')}.${String(Math.floor((seconds % 1) * 1000)).padStart(3, '0')}`;
    const number = (value: number): string => String(value).padStart(5, '0');
    kernel.console.write(`[${time}] ${number(pid)}.${number(tid)}> `);
    kernel.console.writeBytes(text);
    if (text.at(-1) !== 0x0a) kernel.console.write('\n');
    for (const reader of this.readers) reader.updateSignals(0, Signal.LOG_READABLE);
  }

  /** A line of the kernel's own. */
  print(text: string): void {
    this.write(encodeText(text), 0, 0, 0);
  }

  /** Tells why a process is about to be killed. */
  fatalException(thread: Thread, exception: Happening): void {
    const { process } = thread;
    const what = exceptionNames.get(exception.type) ?? `exception 0x${exception.type.toString(16)}`;
    const isCurrent = this.kernel.scheduler.isCurrent(thread);
    const pc = isCurrent ? this.kernel.cpus.returnAddress : thread.context.pc;
    this.print(
      `kernel: ${what} in process '${shownName(process.name)}' (${process.koid}) ` +
        `thread '${shownName(thread.name)}' (${thread.koid}): ` +
        `pc 0x${pc.toString(16)}, address 0x${exception.address.toString(16)}, esr 0x${exception.syndrome.toString(16)}`,
    );
  }

  /** The first record at or behind a position, or undefined. */
  recordFrom(sequence: number): LogRecord | undefined {
    const first = this.records.at(0);
    if (first === undefined) return undefined;
    return this.records.at(Math.max(sequence - first.sequence, 0));
  }
  addReader(log: Log): void {
    this.readers.add(log);
  }
  removeReader(log: Log): void {
    this.readers.delete(log);
  }
  get end(): number {
    return this.next;
  }

  audit(inspector: Inspector): void {
    const { records, next } = this;
    for (const [i, record] of records.entries()) {
      inspector.ensure(record.sequence === next - records.length + i, 'records are in order');
      inspector.ensure(record.text.length <= LOG_TEXT_MAX && record.flags < 2 ** 16, 'records are short');
    }
    const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
    inspector.ensure(this.bytes === bytes && bytes <= RING_SIZE, 'the ring is as full as is counted');
    for (const reader of this.readers) inspector.ensure(inspector.isThere(reader), 'readers are there');
  }
}
