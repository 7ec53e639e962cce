/**
 * The cores' own block of the BCM2836 and BCM2837 (Broadcom, "BCM2836 ARM-local peripherals", QA7): which interrupts
 * reach which core as IRQ or FIQ, four mailboxes a core by which cores interrupt each other, and a timer. What QEMU
 * leaves out (the prescaler, the routing of performance monitors and of AXI) reads as zero here, too.
 */
import { count, integer, listOfExactly, record, word, type Shaped } from '../../../engine/index.js';
import type { Alarm, Clock } from '../../clock.js';
import type { CoreInputs } from '../../core-wires.js';
import type { AccessSize, Device, Line } from '../../device.js';

// Register offsets, QA7 chapter 4. From TIMER_CONTROL on there is one register a core, 16 mailboxes from SET_MAILBOX.
const GPU_ROUTING = 0x0c;
const LOCAL_TIMER_ROUTING = 0x24;
const LOCAL_TIMER_CONTROL = 0x34;
const LOCAL_TIMER_CLEAR = 0x38;
const TIMER_CONTROL = 0x40;
const MAILBOX_CONTROL = 0x50;
const IRQ_SOURCE = 0x60;
const FIQ_SOURCE = 0x70;
const SET_MAILBOX = 0x80;
const CLEAR_MAILBOX = 0xc0;

const CORES = 4;
const MAILBOXES = 4; // a core

/** Bits of a core's interrupt sources, in both registers of them. */
export const SOURCE = {
  TIMER_SECURE: 0,
  TIMER_PHYSICAL: 1,
  TIMER_HYPERVISOR: 2,
  TIMER_VIRTUAL: 3,
  MAILBOX: 4, // 4 to 7
  GPU: 8,
  LOCAL_TIMER: 11,
} as const;
const TIMERS = 4;
export const SOURCES = 12;

/** In the control registers of timers and mailboxes an interrupt's FIQ bit is so far above its IRQ bit, and wins. */
const FIQ_SHIFT = 4;

const TIMER_FLAG = 2 ** 31;
const TIMER_RELOAD = 1 << 30;
const TIMER_INTERRUPT = 1 << 29;
const TIMER_ENABLE = 1 << 28;
const TIMER_VALUE = 0x0fff_ffff;
/** Counts a second, both edges of the crystal. */
const TIMER_FREQUENCY = 38_400_000;

const ROUTE_FIQ = 4;

const byte = integer(0, 0xff);
const core = integer(0, CORES - 1);
const stateShape = record({
  gpuIrqRoute: core,
  gpuFiqRoute: core,
  localTimerRoute: integer(0, 7),
  localTimer: word,
  /** When its present counting began, ns. */
  localTimerStart: count,
  timerControl: listOfExactly(CORES, byte),
  mailboxControl: listOfExactly(CORES, byte),
  mailboxes: listOfExactly(CORES * MAILBOXES, word),
  /** Levels of each core's timers, a bit for each, and of what comes from the ARM interrupt controller. */
  timers: listOfExactly(CORES, integer(0, 2 ** TIMERS - 1)),
  gpuIrq: integer(0, 1),
  gpuFiq: integer(0, 1),
});
export type LocalControlState = Shaped<typeof stateShape>;

const forCores = (): number[] => Array<number>(CORES).fill(0);
const powerOn = (): LocalControlState => ({
  gpuIrqRoute: 0,
  gpuFiqRoute: 0,
  localTimerRoute: 0,
  localTimer: 0,
  localTimerStart: 0,
  timerControl: forCores(),
  mailboxControl: forCores(),
  mailboxes: Array<number>(CORES * MAILBOXES).fill(0),
  timers: forCores(),
  gpuIrq: 0,
  gpuFiq: 0,
});

export class LocalControl implements Device<LocalControlState> {
  readonly name = 'local-control';
  readonly size = 0x100;
  readonly shape = stateShape;
  private s = powerOn();
  /** What each core is interrupted by; of the state, so never saved. */
  private readonly irqSources = forCores();
  private readonly fiqSources = forCores();
  private readonly alarm: Alarm;

  constructor(
    private readonly outputs: CoreInputs,
    private readonly clock: Clock,
    /** Hears that an input's level has changed, of a core or, if undefined, of all of them. */
    private readonly changed: (source: number, core: number | undefined, level: boolean) => void,
  ) {
    this.alarm = clock.alarm(this.name, () => this.localTimerExpired());
  }

  /** A core's timer, by its source. */
  timer(core: number, source: number): Line {
    const bit = 1 << source;
    return {
      set: (level) => {
        const { timers } = this.s;
        if (level === ((timers[core] & bit) !== 0)) return;
        timers[core] ^= bit;
        this.changed(source, core, level);
        this.update();
      },
    };
  }

  get gpuIrq(): Line {
    return this.gpuInput('gpuIrq');
  }
  get gpuFiq(): Line {
    return this.gpuInput('gpuFiq');
  }

  /** The sources that may interrupt a core, and those that do, a bit for each. */
  sourcesOf(core: number): { enabled: number; pending: number } {
    const { s } = this;
    const allowed = (control: number): number => (control | (control >>> FIQ_SHIFT)) & 0xf;
    let enabled = allowed(s.timerControl[core]) | (allowed(s.mailboxControl[core]) << SOURCE.MAILBOX);
    if (s.gpuIrqRoute === core || s.gpuFiqRoute === core) enabled |= 1 << SOURCE.GPU;
    if ((s.localTimerRoute & 3) === core && (s.localTimer & TIMER_INTERRUPT) !== 0)
      enabled |= 1 << SOURCE.LOCAL_TIMER;
    return { enabled, pending: this.irqSources[core] | this.fiqSources[core] };
  }

  /** No less than words, as the registers are. */
  accepts(_offset: number, size: AccessSize | 8): boolean {
    return size >= 4;
  }

  read(offset: number): number {
    const { s } = this;
    const i = (offset & 0xf) >> 2;
    if (offset >= CLEAR_MAILBOX) return s.mailboxes[(offset - CLEAR_MAILBOX) >> 2];
    switch (offset & ~0xf) {
      case TIMER_CONTROL:
        return s.timerControl[i];
      case MAILBOX_CONTROL:
        return s.mailboxControl[i];
      case IRQ_SOURCE:
        return this.irqSources[i];
      case FIQ_SOURCE:
        return this.fiqSources[i];
    }
    switch (offset) {
      case GPU_ROUTING:
        return (s.gpuFiqRoute << 2) | s.gpuIrqRoute;
      case LOCAL_TIMER_ROUTING:
        return s.localTimerRoute;
      case LOCAL_TIMER_CONTROL:
        return s.localTimer;
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const { mailboxes, timerControl, mailboxControl } = this.s;
    const i = (offset & 0xf) >> 2;
    if (offset >= CLEAR_MAILBOX) mailboxes[(offset - CLEAR_MAILBOX) >> 2] &= ~value;
    else if (offset >= SET_MAILBOX) mailboxes[(offset - SET_MAILBOX) >> 2] |= value;
    else if ((offset & ~0xf) === TIMER_CONTROL) timerControl[i] = value & 0xff;
    else if ((offset & ~0xf) === MAILBOX_CONTROL) mailboxControl[i] = value & 0xff;
    else this.writeShared(offset, value);
    this.update();
  }

  /** As at power-on, but for the levels of the inputs, which are not its own. */
  reset(): void {
    const { timers, gpuIrq, gpuFiq } = this.s;
    this.s = { ...powerOn(), timers, gpuIrq, gpuFiq };
    this.alarm.cancel();
    this.update();
  }

  save(): LocalControlState {
    return structuredClone(this.s);
  }

  load(state: LocalControlState): void {
    this.s = structuredClone(state);
    this.update();
  }

  private gpuInput(name: 'gpuIrq' | 'gpuFiq'): Line {
    return {
      set: (level) => {
        const value = level ? 1 : 0;
        if (this.s[name] === value) return;
        this.s[name] = value;
        this.update();
      },
    };
  }

  /** The registers that are there once. */
  private writeShared(offset: number, value: number): void {
    const { s } = this;
    switch (offset) {
      case GPU_ROUTING:
        s.gpuIrqRoute = value & 3;
        s.gpuFiqRoute = (value >> 2) & 3;
        break;
      case LOCAL_TIMER_ROUTING:
        s.localTimerRoute = value & 7;
        break;
      case LOCAL_TIMER_CONTROL:
        s.localTimer = value;
        s.localTimerStart = this.clock.now;
        break;
      case LOCAL_TIMER_CLEAR:
        if ((value & TIMER_FLAG) !== 0) s.localTimer &= ~TIMER_FLAG;
        if ((value & TIMER_RELOAD) !== 0) s.localTimerStart = this.clock.now;
        break;
      default:
        return;
    }
    this.awaitLocalTimer();
  }

  /** Of the times at which it reaches 0 only the first one after its flag was cleared makes a difference. */
  private awaitLocalTimer(): void {
    const { localTimer, localTimerStart: start } = this.s;
    if ((localTimer & TIMER_ENABLE) === 0 || (localTimer & TIMER_FLAG) !== 0) {
      this.alarm.cancel();
      return;
    }
    // One that counts from 0 does so as from 1.
    const counts = Math.max(localTimer & TIMER_VALUE, 1);
    const period = Math.floor((counts * 1e9) / TIMER_FREQUENCY);
    this.alarm.set(start + (Math.floor((this.clock.now - start) / period) + 1) * period);
  }

  private localTimerExpired(): void {
    this.s.localTimer |= TIMER_FLAG;
    this.update();
  }

  private update(): void {
    const { s, irqSources, fiqSources } = this;
    irqSources.fill(0);
    fiqSources.fill(0);
    if (s.gpuIrq !== 0) irqSources[s.gpuIrqRoute] |= 1 << SOURCE.GPU;
    if (s.gpuFiq !== 0) fiqSources[s.gpuFiqRoute] |= 1 << SOURCE.GPU;
    if ((s.localTimer & TIMER_INTERRUPT) !== 0 && (s.localTimer & TIMER_FLAG) !== 0) {
      const sources = (s.localTimerRoute & ROUTE_FIQ) !== 0 ? fiqSources : irqSources;
      sources[s.localTimerRoute & 3] |= 1 << SOURCE.LOCAL_TIMER;
    }
    for (let core = 0; core < CORES; core++) {
      this.deliver(core, s.timers[core], s.timerControl[core], 0);
      this.deliver(core, this.fullMailboxes(core), s.mailboxControl[core], SOURCE.MAILBOX);
      this.outputs.irq(core, irqSources[core] !== 0);
      this.outputs.fiq(core, fiqSources[core] !== 0);
    }
  }

  /** Interrupts of four inputs of a core, as their control register has them. */
  private deliver(core: number, levels: number, control: number, firstSource: number): void {
    const fiq = levels & (control >>> FIQ_SHIFT);
    this.fiqSources[core] |= fiq << firstSource;
    this.irqSources[core] |= (levels & control & 0xf & ~fiq) << firstSource;
  }

  private fullMailboxes(core: number): number {
    const { mailboxes } = this.s;
    let full = 0;
    for (let i = 0; i < MAILBOXES; i++) if (mailboxes[core * MAILBOXES + i] !== 0) full |= 1 << i;
    return full;
  }
}
