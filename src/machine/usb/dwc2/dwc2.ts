/**
 * The USB host controller of the BCM2837, Synopsys' DesignWare HS OTG (DWC2), as QEMU 7.2 has it: registers, one root
 * port, eight channels that reach memory by themselves (its FIFOs lead nowhere), frames. Accesses smaller than a word are
 * those of QEMU: they reach the register as a whole.
 */
import { flag, listOfExactly, record, word, type Shape, type Shaped } from '../../../engine/index.js';
import type { Alarm, Clock } from '../../clock.js';
import type { AccessSize, Device, Line } from '../../device.js';
import type { Disk } from '../../disk/index.js';
import type { BusMaster } from '../../dma.js';
import { Input } from '../../input/index.js';
import { UsbBus, type UsbBusState } from '../bus.js';
import type { UsbDevice, UsbListener } from '../device.js';
import type { MacAddresses } from '../net/addresses.js';
import { UsbNet } from '../net/net.js';
import { UsbPort, type PortOwner } from '../port.js';
import { plugIn } from '../plug-in.js';
import type { UsbSpecification } from '../specification.js';
import { Channels, channelsShape, type ChannelHost } from './channels.js';
import { Frames, framesShape } from './frames.js';
import {
  atReset,
  CHANNEL_SIZE,
  CHANNELS_END,
  GAHBCFG,
  GAHBCFG_GLBL_INTR_EN,
  GINTMSK,
  GINTSTS,
  GINTSTS_HCHINT,
  GINTSTS_PRTINT,
  GINTSTS_SOF,
  GRSTCTL,
  GRSTCTL_SELF_CLEARING,
  HAINT,
  HAINTMSK,
  HCCHAR,
  HCCHAR_CHDIS,
  HCCHAR_CHENA,
  HCDMAB,
  HCINT,
  HCINT_ALL,
  HCINT_CHHLTD,
  HCINTMSK,
  HFNUM,
  HPRT0,
  HPRT0_CHANGES,
  HPRT0_CONNDET,
  HPRT0_CONNSTS,
  HPRT0_ENA,
  HPRT0_ENACHG,
  HPRT0_RES,
  HPRT0_RST,
  HPRT0_SPD,
  HPRT0_SPD_FULL,
  HPRT0_SUSP,
  isRegister,
  rules,
} from './registers.js';

const SIZE = 0x1000;
const CHANNEL_REGISTER = CHANNEL_SIZE - 4;

const controllerShape = record({
  registers: listOfExactly(SIZE / 4, word),
  /** Whether it interrupts: GAHBCFG has its part in it only when it is set. */
  interrupt: flag,
  frames: framesShape,
  channels: channelsShape,
});
type ControllerState = Shaped<typeof controllerShape>;
export type Dwc2State = {
  controller: ControllerState;
  devices: UsbBusState;
  input: ReturnType<Input['save']>;
};

export class Dwc2 implements Device<Dwc2State>, PortOwner, UsbListener, ChannelHost {
  readonly name = 'dwc2';
  readonly size = SIZE;
  readonly registers = new Uint32Array(SIZE / 4);
  readonly bus: UsbBus;
  /** Of the keyboards and pointers among its devices. */
  readonly input: Input;
  private readonly root = new UsbPort(this, '1', 0, ['full', 'high']);
  private readonly frames: Frames;
  private readonly channels: Channels;
  /** The next frame, if that interrupts. */
  private readonly alarm: Alarm;
  private interrupts = false;
  private readonly powerOnState: Dwc2State;

  /**
   * @param memory as the controller sees it
   * @param disks those that devices have, by number
   * @throws UsbError for a device that cannot be plugged in
   */
  constructor(
    private readonly interrupt: Line,
    readonly memory: BusMaster,
    clock: Clock,
    devices: readonly UsbSpecification[],
    macs: MacAddresses,
    disks: ReadonlyMap<number, Disk> = new Map(),
  ) {
    this.frames = new Frames(clock);
    this.channels = new Channels(this.name, this, clock);
    this.alarm = clock.alarm(`${this.name} frame`, () => this.lookAtFrames());
    this.input = new Input(clock);
    for (const [offset, value] of atReset) this.registers[offset / 4] = value;
    this.bus = new UsbBus(this.root, this);
    const around = { clock, input: this.input, macs, disk: (index: number) => disks.get(index) };
    for (const device of devices) plugIn(this.bus, device, around);
    this.root.device?.reset();
    // Nothing has to be told to anybody yet.
    this.channels.stop();
    this.powerOnState = this.save();
  }

  /** The network cards among its devices. */
  get cards(): readonly UsbNet[] {
    return this.bus.devices.filter((device): device is UsbNet => device instanceof UsbNet);
  }

  /** As at power-on, but for the time. */
  reset(): void {
    this.bus.quiet();
    this.input.reset(this.powerOnState.input);
    this.channels.stop();
    this.load(this.powerOnState);
    this.frames.restart();
    this.expectFrame();
  }

  read(offset: number): number {
    if (!isRegister(offset)) return 0;
    if (offset === GRSTCTL) this.registers[offset / 4] &= ~GRSTCTL_SELF_CLEARING;
    this.lookAtFrames();
    return offset === HFNUM ? this.frames.hfnum : this.registers[offset >> 2];
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (!isRegister(offset)) return;
    this.lookAtFrames();
    if (offset >= HCCHAR && offset < CHANNELS_END) this.writeChannel(offset & ~3, value);
    else this.writeRegister(offset, value);
    this.expectFrame();
  }

  private writeRegister(offset: number, value: number): void {
    const old = this.registers[offset >> 2];
    const rule = rules.get(offset);
    const now = (rule === undefined ? value : rule(old, value)) >>> 0;
    this.registers[offset >> 2] = now;
    if (offset === GINTSTS || offset === GINTMSK) this.drive();
    else if (offset === GAHBCFG && (value & ~old & GAHBCFG_GLBL_INTR_EN) !== 0) this.drive();
    else if (offset === HPRT0) this.portWritten(old, now);
  }

  get shape(): Shape<Dwc2State> {
    return record<Dwc2State>({
      controller: controllerShape,
      devices: this.bus.shape,
      input: this.input.shape,
    });
  }
  save(): Dwc2State {
    const controller = {
      registers: [...this.registers],
      interrupt: this.interrupts,
      frames: this.frames.save(),
      channels: this.channels.save(),
    };
    return { controller, devices: this.bus.save(), input: this.input.save() };
  }
  load({ controller, devices, input }: Dwc2State): void {
    this.registers.set(controller.registers);
    this.interrupts = controller.interrupt;
    this.frames.load(controller.frames);
    this.channels.load(controller.channels);
    this.bus.load(devices);
    this.input.load(input);
    this.interrupt.set(controller.interrupt);
  }

  // The root port.

  /** A reset of what is connected ends. */
  private portWritten(old: number, now: number): void {
    this.channels.wake();
    const isReset = (old & HPRT0_RST) !== 0 && (now & HPRT0_RST) === 0 && this.root.device !== undefined;
    if (!isReset) {
      this.raise(GINTSTS_PRTINT, (now & HPRT0_CHANGES) !== 0);
      return;
    }
    this.root.reset();
    // Whatever that has said of the port.
    this.registers[HPRT0 / 4] = (now | HPRT0_ENA | HPRT0_ENACHG) & ~HPRT0_CONNDET;
    this.raise(GINTSTS_PRTINT, true);
  }

  attached({ device }: UsbPort): void {
    const { speed } = device!;
    const port = this.registers[HPRT0 / 4] & ~HPRT0_SPD;
    this.registers[HPRT0 / 4] =
      port | (speed === 'full' ? HPRT0_SPD_FULL : 0) | HPRT0_CONNDET | HPRT0_CONNSTS;
    this.frames.start(speed);
    this.raise(GINTSTS_PRTINT, true);
  }
  detached(): void {
    this.frames.stop();
    const port = this.registers[HPRT0 / 4] & ~(HPRT0_SPD | HPRT0_SUSP | HPRT0_ENA | HPRT0_CONNSTS);
    this.registers[HPRT0 / 4] = port | HPRT0_CONNDET | HPRT0_ENACHG;
    this.raise(GINTSTS_PRTINT, true);
  }
  wakeUp(): void {
    if ((this.registers[HPRT0 / 4] & HPRT0_SUSP) !== 0) {
      this.registers[HPRT0 / 4] |= HPRT0_RES;
      this.raise(GINTSTS_PRTINT, true);
    }
    this.channels.stirred();
  }
  stirred(): void {
    this.channels.stirred();
  }
  find(address: number): UsbDevice | undefined {
    return (this.registers[HPRT0 / 4] & HPRT0_ENA) === 0 ? undefined : this.root.find(address);
  }

  // Frames.

  /** Frames that have begun are told of. */
  private lookAtFrames(): void {
    if (this.frames.advance()) this.raise(GINTSTS_SOF, true);
    this.expectFrame();
  }

  /** Sets the alarm for the next frame where that interrupts; else it is enough to find it when somebody looks. */
  private expectFrame(): void {
    const { registers } = this;
    const isWanted =
      (registers[GINTMSK / 4] & ~registers[GINTSTS / 4] & GINTSTS_SOF) !== 0 &&
      (registers[GAHBCFG / 4] & GAHBCFG_GLBL_INTR_EN) !== 0;
    const next = isWanted ? this.frames.next : Infinity;
    if (next === this.alarm.deadline) return;
    if (next === Infinity) this.alarm.cancel();
    else this.alarm.set(next);
  }

  // Channels.

  private writeChannel(offset: number, value: number): void {
    const at = offset / 4;
    const channel = Math.floor((offset - HCCHAR) / CHANNEL_SIZE);
    const old = this.registers[at];
    this.channels.wake();
    switch (HCCHAR + ((offset - HCCHAR) & CHANNEL_REGISTER)) {
      case HCCHAR:
        this.writeCharacteristics(channel, at, old, value);
        break;
      case HCINT:
        this.registers[at] = old & ~value & HCINT_ALL;
        this.told(channel);
        break;
      case HCINTMSK:
        this.registers[at] = value & HCINT_ALL;
        this.told(channel);
        break;
      case HCDMAB:
        break;
      default:
        this.registers[at] = value;
    }
  }

  /** Halts a channel, or enables it. One that is halted goes on with what it has begun, as on QEMU. */
  private writeCharacteristics(channel: number, at: number, old: number, value: number): void {
    if ((value & HCCHAR_CHDIS) !== 0 && (old & HCCHAR_CHDIS) === 0) {
      this.registers[at] = value & ~(HCCHAR_CHENA | HCCHAR_CHDIS);
      this.registers[at + (HCINT - HCCHAR) / 4] |= HCINT_CHHLTD;
      this.told(channel);
    } else if ((value & HCCHAR_CHENA) !== 0 && (old & HCCHAR_CHENA) === 0) {
      this.registers[at] = value & ~HCCHAR_CHDIS;
      this.channels.enable(channel);
    } else this.registers[at] = value | (old & (HCCHAR_CHDIS | HCCHAR_CHENA));
  }

  /** A channel's interrupts to HAINT, and what that makes to GINTSTS where it changes. */
  told(channel: number): void {
    const first = (HCCHAR + channel * CHANNEL_SIZE) / 4;
    const hcint = this.registers[first + (HCINT - HCCHAR) / 4];
    const level = (hcint & this.registers[first + (HCINTMSK - HCCHAR) / 4]) !== 0;
    const bit = 1 << channel;
    const haint = this.registers[HAINT / 4];
    if (level === ((haint & bit) !== 0)) return;
    this.registers[HAINT / 4] = haint ^ bit;
    const any = (this.registers[HAINT / 4] & this.registers[HAINTMSK / 4]) !== 0;
    if (any === level) this.raise(GINTSTS_HCHINT, level);
  }

  private raise(interrupt: number, level: boolean): void {
    const old = this.registers[GINTSTS / 4];
    const now = (level ? old | interrupt : old & ~interrupt) >>> 0;
    if (now === old) return;
    this.registers[GINTSTS / 4] = now;
    this.drive();
  }

  private drive(): void {
    const enabled = (this.registers[GAHBCFG / 4] & GAHBCFG_GLBL_INTR_EN) !== 0;
    this.interrupts = enabled && (this.registers[GINTSTS / 4] & this.registers[GINTMSK / 4]) !== 0;
    this.interrupt.set(this.interrupts);
  }
}
