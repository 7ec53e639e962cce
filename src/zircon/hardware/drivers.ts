/**
 * The kernel's own drivers, one for each kind of device that a board may tell it of. They keep no state: all of it is
 * in the devices.
 */
import type { Board, Machine } from '../../machine/index.js';
import { ZirconError } from '../error.js';
import { Gicv2Driver } from './gicv2-driver.js';
import { Pl011Driver } from './pl011-driver.js';
import { Pl031Driver } from './pl031-driver.js';

/** Interrupts by the controller's numbers. Each core has its own end of the controller, and core 0 starts it. */
export interface InterruptDriver {
  /** Lets a core take these interrupts of its own, and those that cores send each other. */
  startCore(core: number, interrupts: readonly number[]): void;
  /** Has core 0 take an interrupt that the cores share. */
  enableShared(number: number): void;
  /** The number of the pending interrupt, now active, or undefined. */
  acknowledge(core: number): number | undefined;
  end(core: number, number: number): void;
  /** Interrupts core `to`. */
  send(from: number, to: number): void;
  /** Whether a core takes these interrupts of its own, and that one of the shared ones, and no others. */
  isStarted(core: number, interrupts: readonly number[], shared: number | undefined): boolean;
}

export interface UartDriver {
  /** Switches it on; it interrupts when there is input. */
  start(): void;
  /** Whether it interrupts for that, if at all, and for nothing else. */
  readonly isStarted: boolean;
  send(byte: number): void;
  /** The next byte of input, or undefined. */
  receive(): number | undefined;
  /** The input has been read: the interrupt may fall. */
  received(): void;
  /** Input stays where it is and interrupts no more, until it may go on. */
  pause(): void;
  goOn(): void;
}

export interface RtcDriver {
  /** Seconds since 1970. */
  read(): number;
}

export interface Drivers {
  /** Of each core's physical timer. */
  readonly timerInterrupt: number;
  readonly uartInterrupt: number;
  readonly interrupts: InterruptDriver;
  readonly uart: UartDriver;
  /** Undefined on a board that has none. */
  readonly rtc: RtcDriver | undefined;
}

const known = new WeakMap<Machine, Drivers>();

/**
 * The drivers for what a machine's board tells of, the same ones each time.
 * @throws ZirconError if it tells of nothing that there are drivers for
 */
export function driversFor(machine: Machine): Drivers {
  const drivers = known.get(machine) ?? makeDrivers(machine.board);
  known.set(machine, drivers);
  return drivers;
}

function makeDrivers({ name, kernelDevices: devices, bus }: Board): Drivers {
  if (devices === undefined) {
    throw new ZirconError(
      `board ${name}: the kernel has no drivers for its interrupt controller and its UART`,
    );
  }
  const { timer, interrupts, uart, rtc } = devices;
  return {
    timerInterrupt: timer.interrupt,
    uartInterrupt: uart.interrupt,
    interrupts: new Gicv2Driver(bus, interrupts.distributor, interrupts.cpuInterface),
    uart: new Pl011Driver(bus, uart.base),
    rtc: rtc && new Pl031Driver(bus, rtc.base),
  };
}
