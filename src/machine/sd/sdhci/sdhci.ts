/**
 * The SD host controller of the BCM2835, an Arasan: SD Specifications Part A2, Host Controller Simplified Specification
 * 3.00, with the behaviour of QEMU's `generic-sdhci` as its board has it.
 */
import { record, type Shape } from '../../../engine/index.js';
import type { Alarm, Clock } from '../../clock.js';
import type { AccessSize, Device, Line } from '../../device.js';
import type { BusMaster } from '../../dma.js';
import type { SdSlot, SdWires, SlotState } from '../slot.js';
import * as R from './registers.js';
import { Transfer } from './transfer.js';

/** The card in the slot is saved with the controller that has it at power-on. */
export type SdhciState = { registers: R.Registers; slot: SlotState };

/** Time for software to notice that a card was removed before one is inserted again. */
const INSERTION_NS = 1_000_000_000;

/** A register of `bits` bits with the bits of `mask` replaced. */
const merge = (old: number, mask: number, value: number): number => ((old & ~mask) | (value & mask)) >>> 0;

export class Sdhci implements Device<SdhciState> {
  readonly size = 0x100;
  private readonly s: R.Registers;
  private readonly wires: SdWires;
  private readonly transfer: Transfer;
  private readonly insertion: Alarm;

  constructor(
    readonly name: string,
    private readonly slot: SdSlot,
    private readonly clock: Clock,
    private readonly interrupt: Line,
    memory: BusMaster,
  ) {
    this.wires = slot.wires('sdhci');
    this.wires.onMove = (isInserted) => this.cardMoved(isInserted);
    this.insertion = clock.alarm(`${name} insertion`, () => this.tellInsertion());
    this.s = { ...R.resetRegisters(), presentState: 0, buffer: new Uint8Array(R.BUFFER) };
    this.transfer = new Transfer(this.s, this.wires, memory, () => this.updateInterrupt());
    this.reset();
    this.s.insertionPending = true;
  }

  read(offset: number, size: AccessSize): number {
    const at = offset & ~3;
    if (at === R.BUFFER_DATA_PORT) return this.isNextByte(offset) ? this.transfer.readPort(size) : 0;
    return this.word(at) >>> (8 * (offset & 3));
  }

  private word(at: number): number {
    const { s } = this;
    switch (at) {
      case R.SDMA_ADDRESS:
        return s.sdmaAddress;
      case R.BLOCK_SIZE:
        return s.blockSize | (s.blockCount << 16);
      case R.ARGUMENT:
        return s.argument;
      case R.TRANSFER_MODE:
        return s.transferMode | (s.command << 16);
      case R.RESPONSE:
      case R.RESPONSE + 4:
      case R.RESPONSE + 8:
      case R.RESPONSE + 12:
        return s.response[(at - R.RESPONSE) / 4];
      case R.PRESENT_STATE:
        return s.presentState;
      case R.HOST_CONTROL_1:
        return s.hostControl | (s.powerControl << 8) | (s.blockGap << 16) | (s.wakeup << 24);
      case R.CLOCK_CONTROL:
        return s.clock | (s.timeout << 16);
      case R.INTERRUPT_STATUS:
        return s.status | (s.errors << 16);
      case R.INTERRUPT_STATUS_ENABLE:
        return s.statusEnable | (s.errorsEnable << 16);
      case R.INTERRUPT_SIGNAL_ENABLE:
        return s.signal | (s.errorsSignal << 16);
      case R.AUTO_CMD_ERROR:
        return s.autoCmdError;
      case R.CAPABILITIES:
        return R.CAPABILITY_BITS;
      case R.ADMA_ERROR:
        return s.admaError;
      case R.ADMA_ADDRESS:
        return s.admaAddress;
      case R.ADMA_ADDRESS_HIGH:
        return s.admaAddressHigh;
      case R.SLOT_INTERRUPT:
        return (R.VERSION << 16) | (this.interrupts() ? 1 : 0);
      default:
        return 0;
    }
  }

  write(offset: number, size: AccessSize, value: number): void {
    const at = offset & ~3;
    if (at === R.BUFFER_DATA_PORT) {
      if (this.isNextByte(offset)) this.transfer.writePort(value, size);
      return;
    }
    const shift = 8 * (offset & 3);
    const mask = size === 4 ? 0xffff_ffff : (((1 << (8 * size)) - 1) << shift) >>> 0;
    this.writers[at]?.(mask, (value << shift) >>> 0);
  }

  /** By word: which bits are written, and with what. */
  private readonly writers: Readonly<Record<number, (mask: number, value: number) => void>> = {
    [R.SDMA_ADDRESS]: (mask, value) => this.writeSdmaAddress(mask, value),
    [R.BLOCK_SIZE]: (mask, value) => this.writeBlockSize(mask, value),
    [R.ARGUMENT]: (mask, value) => (this.s.argument = merge(this.s.argument, mask, value)),
    [R.TRANSFER_MODE]: (mask, value) => this.writeCommand(mask, value),
    [R.HOST_CONTROL_1]: (mask, value) => this.writeHostControl(mask, value),
    [R.CLOCK_CONTROL]: (mask, value) => this.writeClock(mask, value),
    [R.INTERRUPT_STATUS]: (mask, value) => this.clearStatus(mask & value),
    [R.INTERRUPT_STATUS_ENABLE]: (mask, value) => this.writeStatusEnable(mask, value),
    [R.INTERRUPT_SIGNAL_ENABLE]: (mask, value) => {
      const { s } = this;
      s.signal = merge(s.signal, mask & 0xffff, value);
      s.errorsSignal = merge(s.errorsSignal, mask >>> 16, value >>> 16);
      this.updateInterrupt();
    },
    [R.AUTO_CMD_ERROR]: (mask, value) => {
      this.s.autoCmdError = merge(this.s.autoCmdError, mask & 0xffff, value);
    },
    [R.FORCE_EVENT]: (_mask, value) => this.forceEvents(value),
    [R.ADMA_ERROR]: (mask, value) => (this.s.admaError = merge(this.s.admaError, mask & 0xff, value)),
    [R.ADMA_ADDRESS]: (mask, value) => (this.s.admaAddress = merge(this.s.admaAddress, mask, value)),
    [R.ADMA_ADDRESS_HIGH]: (mask, value) =>
      (this.s.admaAddressHigh = merge(this.s.admaAddressHigh, mask, value)),
  };

  get shape(): Shape<SdhciState> {
    return record<SdhciState>({ registers: R.registersShape, slot: this.slot.shape });
  }
  save(): SdhciState {
    return { registers: structuredClone(this.s), slot: this.slot.save() };
  }
  load({ registers, slot }: SdhciState): void {
    this.insertion.cancel();
    Object.assign(this.s, structuredClone(registers));
    this.slot.load(slot);
  }

  /** The data port is read and written in sequence. */
  private isNextByte(offset: number): boolean {
    return (this.s.offset & 3) === (offset & 3);
  }

  /** Its last byte has SDMA begin or go on, which QEMU's controller does though its capabilities have none. */
  private writeSdmaAddress(mask: number, value: number): void {
    const { s } = this;
    if (s.presentState & R.TRANSFER_ACTIVE) return;
    s.sdmaAddress = merge(s.sdmaAddress, mask, value);
    const isReady = s.blockCount !== 0 && (s.blockSize & R.TRANSFER_BLOCK_SIZE) !== 0;
    if (mask >>> 24 && isReady && (s.hostControl & R.DMA_SELECT) === R.DMA_SELECT_SDMA) this.transfer.sdma();
  }

  private writeBlockSize(mask: number, value: number): void {
    const { s } = this;
    if (s.presentState & R.TRANSFER_ACTIVE) return;
    const before = s.blockSize;
    s.blockSize = merge(s.blockSize, mask & 0xffff, value & 0x7fff);
    s.blockCount = merge(s.blockCount, mask >>> 16, value >>> 16);
    if ((s.blockSize & R.TRANSFER_BLOCK_SIZE) > R.BUFFER)
      s.blockSize = (s.blockSize & ~R.TRANSFER_BLOCK_SIZE) | R.BUFFER;
    if (s.blockSize !== before) s.offset = 0;
  }

  /** The last byte has the command sent. */
  private writeCommand(mask: number, value: number): void {
    const { s } = this;
    const modeMask = s.presentState & R.DATA_INHIBIT ? 0 : mask & 0xffff;
    s.transferMode = merge(s.transferMode, modeMask, value & R.MODE_WRITABLE);
    s.command = merge(s.command, mask >>> 16, value >>> 16);
    if (mask >>> 24 && this.canSend()) this.sendCommand();
  }

  /** Not without a clock, and what needs the data lines not while they are in use. */
  private canSend(): boolean {
    const { s } = this;
    if ((s.clock & R.CLOCK_ON) !== R.CLOCK_ON) return false;
    const inUse = (s.presentState & R.DATA_INHIBIT) !== 0 || s.stopped !== 'no';
    const isBusyResponse = (s.command & R.COMMAND_RESPONSE) === R.COMMAND_RESPONSE_BUSY;
    const isAbort = (s.command & R.COMMAND_TYPE) === R.COMMAND_TYPE_ABORT;
    const needsLines = (s.command & R.COMMAND_DATA) !== 0 || (isBusyResponse && !isAbort);
    return !(inUse && needsLines);
  }

  private sendCommand(): void {
    const { s } = this;
    s.errors = 0;
    s.autoCmdError = 0;
    const response = this.wires.command((s.command >>> 8) & 0x3f, s.argument);
    const kind = s.command & R.COMMAND_RESPONSE;
    const isTimeout = kind !== 0 && response.length === 0;
    if (kind !== 0) {
      if (isTimeout) this.raiseError(R.COMMAND_TIMEOUT);
      else this.takeResponse(response);
      if (kind === R.COMMAND_RESPONSE_BUSY) this.raise(R.TRANSFER_COMPLETE);
    }
    this.raise(R.COMMAND_COMPLETE);
    this.updateInterrupt();
    if (isTimeout || (s.blockSize & R.TRANSFER_BLOCK_SIZE) === 0 || (s.command & R.COMMAND_DATA) === 0)
      return;
    s.offset = 0;
    this.transfer.start();
  }

  /** Table 2-12: of a long response, its last byte, the CRC, is left out. */
  private takeResponse(response: Uint8Array): void {
    const { s } = this;
    const view = new DataView(response.buffer, response.byteOffset, response.length);
    if (response.length === 4) s.response = [view.getUint32(0), 0, 0, 0];
    else s.response = [view.getUint32(11), view.getUint32(7), view.getUint32(3), view.getUint32(0) >>> 8];
  }

  private writeHostControl(mask: number, value: number): void {
    const { s } = this;
    if (mask & 0xff_0000) this.writeBlockGap((value >>> 16) & 0xff);
    s.hostControl = merge(s.hostControl, mask & 0xff, value);
    s.powerControl = merge(s.powerControl, (mask >>> 8) & 0xff, value >>> 8);
    s.wakeup = merge(s.wakeup, mask >>> 24, value >>> 24);
    const voltage = (s.powerControl >>> 1) & 7;
    const isSupported = voltage >= R.LOWEST_VOLTAGE && (R.CAPABILITY_BITS & (1 << (31 - voltage))) !== 0;
    if (!(s.presentState & R.CARD_INSERTED) || !isSupported) s.powerControl &= ~R.POWER_ON;
  }

  private writeBlockGap(value: number): void {
    const { s } = this;
    if (value & R.STOP_AT_BLOCK_GAP && s.blockGap & R.STOP_AT_BLOCK_GAP) return;
    s.blockGap = value & R.STOP_AT_BLOCK_GAP;
    if (value & R.CONTINUE && s.stopped !== 'no' && s.blockGap === 0) this.transfer.goOn();
    else if (s.stopped === 'no' && value & R.STOP_AT_BLOCK_GAP) {
      if (s.presentState & R.READ_ACTIVE) s.stopped = 'reading';
      else if (s.presentState & R.WRITE_ACTIVE) s.stopped = 'writing';
    }
  }

  private writeClock(mask: number, value: number): void {
    const { s } = this;
    if (mask >>> 24) this.softwareReset(value >>> 24);
    s.clock = merge(s.clock, mask & 0xffff, value);
    s.timeout = merge(s.timeout, (mask >>> 16) & 0xff, value >>> 16);
    if (s.clock & R.CLOCK_INTERNAL) s.clock |= R.CLOCK_STABLE;
    else s.clock &= ~R.CLOCK_STABLE;
  }

  private softwareReset(what: number): void {
    const { s } = this;
    if (what === R.RESET_ALL) this.reset();
    else if (what === R.RESET_COMMAND) {
      s.presentState &= ~R.COMMAND_INHIBIT;
      s.status &= ~R.COMMAND_COMPLETE;
    } else if (what === R.RESET_DATA) {
      s.offset = 0;
      s.presentState &= ~R.STATE_OF_DATA;
      s.blockGap &= ~(R.STOP_AT_BLOCK_GAP | R.CONTINUE);
      s.stopped = 'no';
      s.status &= ~(R.WRITE_READY | R.READ_READY | R.DMA_INTERRUPT | R.TRANSFER_COMPLETE | R.BLOCK_GAP);
    }
  }

  private reset(): void {
    const { s } = this;
    this.insertion.cancel();
    Object.assign(s, R.resetRegisters());
    this.cardMoved(this.wires.isInserted);
    if (this.wires.isReadOnly) s.presentState &= ~R.WRITE_SWITCH;
    else s.presentState |= R.WRITE_SWITCH;
  }

  /** Ones clear; a card's interrupt is not cleared here while it is enabled. */
  private clearStatus(ones: number): void {
    const { s } = this;
    const kept = s.statusEnable & R.CARD_INTERRUPT;
    s.status &= ~(ones & 0xffff & ~kept);
    s.errors &= ~(ones >>> 16);
    this.summarizeErrors();
    this.updateInterrupt();
  }

  private writeStatusEnable(mask: number, value: number): void {
    const { s } = this;
    s.statusEnable = merge(s.statusEnable, mask & 0xffff, value);
    s.errorsEnable = merge(s.errorsEnable, mask >>> 16, value >>> 16);
    s.status &= s.statusEnable;
    s.errors &= s.errorsEnable;
    this.summarizeErrors();
    if (s.statusEnable & R.INSERTION && s.insertionPending) {
      s.status |= R.INSERTION;
      s.insertionPending = false;
    }
    this.updateInterrupt();
  }

  private summarizeErrors(): void {
    const { s } = this;
    if (s.errors !== 0) s.status |= R.ERROR_INTERRUPT;
    else s.status &= ~R.ERROR_INTERRUPT;
  }

  private forceEvents(value: number): void {
    const { s } = this;
    s.autoCmdError |= value & 0xffff;
    s.errors |= (value >>> 16) & s.errorsEnable;
    if (s.autoCmdError !== 0) s.errors |= R.AUTO_CMD_ERRORS;
    if (s.errors !== 0) s.status |= R.ERROR_INTERRUPT;
    this.updateInterrupt();
  }

  private raise(interrupt: number): void {
    this.s.status |= this.s.statusEnable & interrupt;
  }
  private raiseError(error: number): void {
    const { s } = this;
    if ((s.errorsEnable & error) === 0) return;
    s.errors |= error;
    s.status |= R.ERROR_INTERRUPT;
  }

  /** A card that comes while software has not seen yet that one went waits for a second. */
  private cardMoved(isInserted: boolean): void {
    const { s } = this;
    if (isInserted && s.status & R.REMOVAL) {
      this.insertion.set(this.clock.now + INSERTION_NS);
      return;
    }
    if (isInserted) {
      s.presentState = R.STATE_WITH_CARD;
      this.raise(R.INSERTION);
    } else {
      s.presentState = R.STATE_WITHOUT_CARD;
      s.powerControl &= ~R.POWER_ON;
      s.clock &= ~R.CLOCK_SD;
      this.raise(R.REMOVAL);
    }
    this.updateInterrupt();
  }

  private tellInsertion(): void {
    if (this.s.status & R.REMOVAL) this.insertion.set(this.clock.now + INSERTION_NS);
    else this.cardMoved(true);
  }

  private interrupts(): boolean {
    const { s } = this;
    const wakes =
      (s.status & R.INSERTION && s.wakeup & R.WAKE_ON_INSERTION) ||
      (s.status & R.REMOVAL && s.wakeup & R.WAKE_ON_REMOVAL);
    return (s.status & s.signal) !== 0 || (s.errors & s.errorsSignal) !== 0 || Boolean(wakes);
  }

  private updateInterrupt(): void {
    this.interrupt.set(this.interrupts());
  }
}
