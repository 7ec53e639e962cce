/**
 * The ARM interrupt controller of the BCM2835 (Broadcom, "BCM2835 ARM Peripherals", chapter 7): 64 interrupts of the
 * GPU's peripherals and 8 of the ARM's own, each enabled or not, together one IRQ; and one of them chosen as FIQ.
 */
import { flag, integer, record, word, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device, Line } from '../../device.js';

// Register offsets from 0x200 on, section 7.5.
const IRQ_BASIC_PENDING = 0x00;
const IRQ_PENDING_1 = 0x04;
const IRQ_PENDING_2 = 0x08;
const FIQ_CONTROL = 0x0c;
const ENABLE_IRQS_1 = 0x10;
const ENABLE_IRQS_2 = 0x14;
const ENABLE_BASIC_IRQS = 0x18;
const DISABLE_IRQS_1 = 0x1c;
const DISABLE_IRQS_2 = 0x20;
const DISABLE_BASIC_IRQS = 0x24;

/** Interrupts of the GPU, by number; the ARM's own follow. */
export const GPU_INTERRUPTS = 64;
export const ARM_INTERRUPTS = 8;

/** Interrupts of the GPU that the basic pending register has, too, from its bit 10 on. */
const ALSO_BASIC = [7, 9, 10, 18, 19, 53, 54, 55, 56, 57, 62];
const BASIC_PENDING_1 = 1 << 8;
const BASIC_PENDING_2 = 1 << 9;
const FIQ_ENABLE = 1 << 7;
const FIQ_SOURCE = 0x7f;

const armBits = integer(0, 2 ** ARM_INTERRUPTS - 1);
const stateShape = record({
  /** Levels of the inputs: those of the GPU, from 0 and from 32 on, and the ARM's. */
  level: record({ low: word, high: word, arm: armBits }),
  enabled: record({ low: word, high: word, arm: armBits }),
  fiqSource: integer(0, FIQ_SOURCE),
  fiqEnabled: flag,
});
export type ArmInterruptsState = Shaped<typeof stateShape>;
type Bank = keyof ArmInterruptsState['level'];

const none = (): Record<Bank, number> => ({ low: 0, high: 0, arm: 0 });
const powerOn = (): ArmInterruptsState => ({
  level: none(),
  enabled: none(),
  fiqSource: 0,
  fiqEnabled: false,
});

const ENABLES: Readonly<Record<number, Bank>> = {
  [ENABLE_IRQS_1]: 'low',
  [ENABLE_IRQS_2]: 'high',
  [ENABLE_BASIC_IRQS]: 'arm',
};
const DISABLES: Readonly<Record<number, Bank>> = {
  [DISABLE_IRQS_1]: 'low',
  [DISABLE_IRQS_2]: 'high',
  [DISABLE_BASIC_IRQS]: 'arm',
};

/** Where an interrupt's bit is. */
const placeOf = (number: number): [bank: Bank, bit: number] =>
  number >= GPU_INTERRUPTS
    ? ['arm', 1 << (number - GPU_INTERRUPTS)]
    : number >= 32
      ? ['high', 1 << (number - 32)]
      : ['low', 1 << number];

export class ArmInterrupts implements Device<ArmInterruptsState> {
  readonly name = 'arm-interrupts';
  readonly size = 0x200;
  readonly shape = stateShape;
  private s = powerOn();

  constructor(
    private readonly irq: Line,
    private readonly fiq: Line,
    /** Hears that an input's level has changed. */
    private readonly changed: (number: number, level: boolean) => void,
  ) {}

  /** The input of interrupt `number`: 0 to 63 of the GPU, 64 to 71 of the ARM. */
  input(number: number): Line {
    const [bank, bit] = placeOf(number);
    return {
      set: (level) => {
        const { level: levels } = this.s;
        if (level === ((levels[bank] & bit) !== 0)) return;
        levels[bank] = (level ? levels[bank] | bit : levels[bank] & ~bit) >>> 0;
        this.changed(number, level);
        this.drive();
      },
    };
  }

  isEnabled(number: number): boolean {
    const [bank, bit] = placeOf(number);
    return (this.s.enabled[bank] & bit) !== 0 || (this.s.fiqEnabled && this.s.fiqSource === number);
  }

  isHigh(number: number): boolean {
    const [bank, bit] = placeOf(number);
    return (this.s.level[bank] & bit) !== 0;
  }

  /** No less than words, as the registers are. */
  accepts(_offset: number, size: AccessSize | 8): boolean {
    return size >= 4;
  }

  read(offset: number): number {
    const { enabled, fiqEnabled, fiqSource } = this.s;
    if (offset in ENABLES) return enabled[ENABLES[offset]];
    if (offset in DISABLES) return ~enabled[DISABLES[offset]];
    switch (offset) {
      case IRQ_BASIC_PENDING:
        return this.basicPending();
      case IRQ_PENDING_1:
        return this.pending('low');
      case IRQ_PENDING_2:
        return this.pending('high');
      case FIQ_CONTROL:
        return (fiqEnabled ? FIQ_ENABLE : 0) | fiqSource;
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const { enabled } = this.s;
    if (offset in ENABLES) this.enable(ENABLES[offset], enabled[ENABLES[offset]] | value);
    else if (offset in DISABLES) this.enable(DISABLES[offset], enabled[DISABLES[offset]] & ~value);
    else if (offset === FIQ_CONTROL) {
      this.s.fiqSource = value & FIQ_SOURCE;
      this.s.fiqEnabled = (value & FIQ_ENABLE) !== 0;
      this.drive();
    }
  }

  /** As at power-on: no input is high, since every device behind one is reset with it. */
  reset(): void {
    for (let number = 0; number < GPU_INTERRUPTS + ARM_INTERRUPTS; number++) this.input(number).set(false);
    this.s = powerOn();
    this.drive();
  }

  save(): ArmInterruptsState {
    return structuredClone(this.s);
  }

  load(state: ArmInterruptsState): void {
    this.s = structuredClone(state);
    this.drive();
  }

  private enable(bank: Bank, bits: number): void {
    this.s.enabled[bank] = bank === 'arm' ? bits & 0xff : bits >>> 0;
    this.drive();
  }

  private pending(bank: Bank): number {
    return (this.s.level[bank] & this.s.enabled[bank]) >>> 0;
  }

  private basicPending(): number {
    const banks = { low: this.pending('low'), high: this.pending('high') };
    let pending = this.pending('arm');
    if (banks.low !== 0) pending |= BASIC_PENDING_1;
    if (banks.high !== 0) pending |= BASIC_PENDING_2;
    ALSO_BASIC.forEach((number, i) => {
      const bank = number < 32 ? banks.low : banks.high;
      if ((bank & (1 << (number & 31))) !== 0) pending |= 1 << (10 + i);
    });
    return pending;
  }

  /** The FIQ's source need not be enabled; a number that no interrupt has is never high. */
  private drive(): void {
    const { fiqEnabled, fiqSource } = this.s;
    this.fiq.set(fiqEnabled && fiqSource < GPU_INTERRUPTS + ARM_INTERRUPTS && this.isHigh(fiqSource));
    this.irq.set((this.pending('low') | this.pending('high') | this.pending('arm')) !== 0);
  }
}
