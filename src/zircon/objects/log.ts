/** Log objects: writers to, and readers of, the debug log. docs/objects/log.md. */
import { ObjectType, Right, Rights, Signal } from '../abi/constants.js';
import type { LogRecord } from '../debug-log.js';
import type { Kernel } from '../kernel.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export class Log extends Dispatcher {
  readonly type = ObjectType.LOG;
  readonly defaultRights: number;
  /** Position of the next record to read. */
  private position = 0;

  constructor(
    kernel: Kernel,
    private readonly readable: boolean,
  ) {
    super(kernel, Signal.LOG_WRITABLE);
    this.defaultRights = readable ? Rights.LOG | Right.READ : Rights.LOG;
    if (!readable) return;
    kernel.log.addReader(this);
    if (kernel.log.recordFrom(0) !== undefined) this.updateSignals(0, Signal.LOG_READABLE);
  }

  override get userSignals(): number {
    return Signal.USER_SIGNAL_ALL;
  }

  /** The next record, which stays, or undefined if there is none. */
  get next(): LogRecord | undefined {
    return this.readable ? this.kernel.log.recordFrom(this.position) : undefined;
  }
  /** It has been read. */
  passed(record: LogRecord): void {
    this.position = record.sequence + 1;
    if (this.position >= this.kernel.log.end) this.updateSignals(Signal.LOG_READABLE, 0);
  }

  override onZeroHandles(): void {
    if (this.readable) this.kernel.log.removeReader(this);
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    inspector.index(this.position, inspector.kernel.log.end + 1, 'the position of a reader');
  }
}
