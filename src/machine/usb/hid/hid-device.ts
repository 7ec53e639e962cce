/** What a keyboard and a pointer have alike: one endpoint for reports, idle time, protocols. HID 1.11, chapter 7. */
import { flag, integer, record, type Shaped } from '../../../engine/index.js';
import type { Alarm, Clock } from '../../clock.js';
import type { PlainData } from '../../device.js';
import type { Input, InputDevice, InputEvent, InputKind } from '../../input/index.js';
import type { Plug } from '../bus.js';
import { USB_DT } from '../descriptors.js';
import { OK, stall, UsbDevice, type Answer, type Setup } from '../device.js';
import { REQUEST } from '../requests.js';
import type { Transaction } from '../transaction.js';
import { REPORT_ENDPOINT, type HidDescription } from './description.js';
import { HID_REQUEST } from './requests.js';

/** Unit of idle time, in ns. */
const IDLE_UNIT = 4_000_000;
const PROTOCOL_REPORT = 1;

export const hidShape = record({
  /** What has been set, whatever that means: reports are the same. */
  protocol: integer(0, 0xffff),
  idle: integer(0, 0xff),
  /** Whether a report is due though nothing has happened. */
  isDue: flag,
  isAttended: flag,
});
export type HidState = Shaped<typeof hidShape>;

export interface HidPlug extends Plug {
  readonly id: string | undefined;
  readonly version: 1 | 2;
  readonly clock: Clock;
  readonly input: Input;
}

export abstract class HidDevice<Own extends PlainData> extends UsbDevice<Own> implements InputDevice {
  abstract readonly takes: readonly InputKind[];
  readonly product: string;
  readonly description;
  private protocol = PROTOCOL_REPORT;
  private idle = 0;
  private isDue = false;
  private attendedTo = false;
  private readonly alarm: Alarm;
  private readonly report: readonly number[];

  constructor(
    { port, listener, strings, id, version, clock }: HidPlug,
    { product, report, version: descriptions }: HidDescription,
  ) {
    super(port, listener, id, strings);
    this.product = product;
    this.report = report;
    this.description = descriptions[version];
    this.alarm = clock.alarm(`usb ${port.path} idle`, () => {
      this.isDue = true;
      this.stir();
    });
    this.untilIdle = (units) => this.alarm.set(clock.now + units * IDLE_UNIT);
  }
  private readonly untilIdle: (units: number) => void;

  get isAttended(): boolean {
    return this.attendedTo;
  }

  abstract hear(event: InputEvent): void;
  abstract sync(): void;
  /** Whether something has happened that the guest does not know. */
  protected abstract readonly hasNews: boolean;
  /** The next report, at most so many bytes of it. */
  protected abstract nextReport(most: number): Uint8Array;
  /** A report to the device; undefined where it takes none. */
  protected abstract takeReport(data: Uint8Array): Answer;
  /** Whether it has a boot protocol. */
  protected abstract readonly hasProtocols: boolean;
  /** The guest has looked for reports. */
  protected attendedNow(): void {
    this.attendedTo = true;
  }

  override attach(): void {
    this.forgetConfiguration();
  }

  protected override resetOwn(): void {
    this.protocol = PROTOCOL_REPORT;
    this.idle = 0;
    this.isDue = false;
    this.attendedTo = false;
    this.alarm.cancel();
  }

  protected transfer(transaction: Transaction): void {
    const { token, endpoint, data } = transaction;
    if (token !== 'in' || endpoint !== REPORT_ENDPOINT) return stall(transaction);
    this.attendedNow();
    if (!this.hasNews && !this.isDue) {
      transaction.outcome = 'nak';
      return;
    }
    this.startIdle();
    transaction.send(this.poll(data.length));
  }

  protected classRequest({ request, value, length }: Setup, data: Uint8Array): Answer {
    switch (request) {
      case REQUEST.INTERFACE_GET_DESCRIPTOR:
        return value >> 8 === USB_DT.REPORT ? this.report : undefined;
      case HID_REQUEST.GET_REPORT:
        return this.poll(length);
      case HID_REQUEST.SET_REPORT:
        return this.takeReport(data.subarray(0, length));
      case HID_REQUEST.GET_PROTOCOL:
        return this.hasProtocols ? [this.protocol & 0xff] : undefined;
      case HID_REQUEST.SET_PROTOCOL:
        if (!this.hasProtocols) return undefined;
        this.protocol = value;
        return OK;
      case HID_REQUEST.GET_IDLE:
        return [this.idle];
      case HID_REQUEST.SET_IDLE:
        this.idle = value >> 8;
        this.startIdle();
        this.idleSet();
        return OK;
      default:
        return undefined;
    }
  }

  /** The guest has said how often it wants reports. */
  protected idleSet(): void {}

  private poll(most: number): Uint8Array {
    this.isDue = false;
    return this.nextReport(most);
  }

  /** The time begins anew after which a report is due in any case. */
  private startIdle(): void {
    if (this.idle === 0) this.alarm.cancel();
    else this.untilIdle(this.idle);
  }

  protected saveHid(): HidState {
    const { protocol, idle, isDue, isAttended } = this;
    return { protocol, idle, isDue, isAttended };
  }
  protected loadHid({ protocol, idle, isDue, isAttended }: HidState): void {
    this.protocol = protocol;
    this.idle = idle;
    this.isDue = isDue;
    this.attendedTo = isAttended;
  }
}
