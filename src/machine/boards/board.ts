/**
 * What a board is: all of a computer but its cores and its memory cells. A `BoardKind` says what such a board can
 * have, and builds one; a `Board` is one that is built. Nothing outside of `boards/` knows one board from another.
 */
import type { CoreModel, Level, MemoryRange } from '../../engine/index.js';
import type { PhysicalMap, Ram } from '../bus.js';
import type { Clock, ClockState } from '../clock.js';
import type { CoreInputs, CoreOutputs } from '../core-wires.js';
import type { PlainData, Snapshotable } from '../device.js';
import type { DeviceTreeNode } from '../devicetree.js';
import type { Disk } from '../disk/index.js';
import type { Display } from '../display.js';
import type { CoreStart } from '../firmware.js';
import type { InterruptController } from '../interrupts/interrupt-controller.js';
import type { Conduit, PsciHost } from '../psci/psci.js';
import type { Input } from '../input/index.js';
import type { NetworkSocket } from '../network-socket.js';
import type { SerialPort } from '../serial-port.js';
import type { UsbBus, UsbSpecification } from '../usb/index.js';

/** How many or how much there can be. */
export interface Range {
  readonly least: number;
  readonly most: number;
  /** Unless asked otherwise. */
  readonly usual: number;
}

/** What a disk can be plugged in as: `sd`, a memory card in the board's slot. */
export type DriveInterface = 'sd';

/** What is known of a board before one is built. */
export interface BoardKind {
  readonly name: string;
  /** One line, for people who choose. */
  readonly description: string;
  readonly cores: Range;
  /** Bytes of RAM, multiples of 64 KiB, and the physical address of the first. */
  readonly ram: Range & { readonly base: number };
  /** RAM that only Secure accesses reach, on such a board whose cores have EL3: bytes, and the physical address. */
  readonly secureRam?: MemoryRange;
  /** Highest exception levels that its cores can have; the first one unless asked otherwise. */
  readonly levels: readonly Level[];
  /** Of the system counter, in Hz: what CNTFRQ_EL0 tells, and the generic timers count by. */
  readonly counterFrequency: number;
  /** Where disks can be plugged in, in this order; nowhere unless given. */
  readonly drives?: readonly DriveInterface[];
  /** Whether USB devices can be plugged in. */
  readonly usb?: boolean;
  /** Physical address that CBAR_EL1 tells, of what the cores' maker calls their peripherals. */
  readonly peripheralBase: number;
  /**
   * Whether RAM takes unaligned accesses while translation is off, or as Device memory, and an unaligned stack pointer
   * serves: they fault unless given. Only where programs are written that rely on it.
   */
  readonly laxAlignment?: boolean;
  build(options: BoardOptions): Board;
}

export interface BoardOptions {
  readonly cores: number;
  /** The board's memory, from its kind's `ram.base` on. */
  readonly ram: Ram;
  /** Its kind's `secureRam`, if the cores have EL3. */
  readonly secureRam?: Ram;
  /** Whether the cores have EL2. */
  readonly hypervisor: boolean;
  /** Whether they have EL3, and with it Secure state. */
  readonly secure: boolean;
  readonly cpu: CoreModel;
  /** What a real time clock shows at the start, in seconds since 1970. */
  readonly epoch: number;
  /** Where all randomness of its devices comes from, 64 bits. */
  readonly seed: bigint;
  /** In the order of its kind's `drives`; where one is missing, nothing is plugged in. */
  readonly disks?: readonly Disk[];
  /** Those that its USB devices have, by number. */
  readonly usbDisks?: ReadonlyMap<number, Disk>;
  /** The Ethernet address that its firmware tells, as `52:54:00:12:34:56`; null for what is usual. */
  readonly mac?: string | null;
  /** On a board that they can be plugged into, in the order in which they are. */
  readonly usb?: readonly UsbSpecification[];
  /** The cores' interrupt inputs. */
  readonly coreInputs: CoreInputs;
  /** For a board with a device that switches it off or resets it, beside or instead of its power firmware. */
  readonly power: Pick<PsciHost, 'systemOff' | 'systemReset'>;
}

export type BoardState = { clock: ClockState; devices: { [name: string]: PlainData } };

export interface Board extends Snapshotable<BoardState> {
  /** Its kind's. */
  readonly name: string;
  readonly cores: number;
  /** Whether the cores have EL2. */
  readonly hypervisor: boolean;
  /** Whether they have EL3. */
  readonly secure: boolean;
  readonly bus: PhysicalMap;
  readonly clock: Clock;
  readonly interrupts: InterruptController;
  /** The interrupts of each core, to be driven by whoever runs it. */
  readonly coreOutputs: readonly CoreOutputs[];
  /** In the order of their numbers; the first one is the console. */
  readonly serialPorts: readonly [console: SerialPort, ...others: SerialPort[]];
  /** What Linux calls those that it has drivers for, as in `console=ttyAMA0`, the console first. */
  readonly linuxConsoles?: readonly string[];
  /** Its screen; undefined on a board that has none. */
  readonly display?: Display;
  /** Its USB devices, and the keyboards and pointers among them; undefined on a board without USB. */
  readonly usb?: { readonly name: string; readonly bus: UsbBus; readonly input: Input };
  /** Its network cards; none unless given. */
  readonly cards?: readonly NetworkSocket[];
  /** RAM that programs may use, in bytes, and whether such a board cannot have more of it. */
  readonly ram: MemoryRange & { readonly isFixed?: true };
  /** Memory beside RAM that a program may lie in, in bytes: flash. */
  readonly flash: readonly { readonly base: number; readonly size: number }[];
  /** Where a boot loader puts what it loads. */
  readonly placement: Placement;
  /** The instruction that calls the power firmware, PSCI; undefined on a board that has none. See `psciAbove`. */
  readonly psci: Conduit | undefined;

  /** What a hosted kernel has drivers for; undefined on a board that it has none for. */
  readonly kernelDevices: KernelDevices | undefined;

  /** The level at which the cores come to a program: to one that is entered by Linux's boot protocol, or to another. */
  entryLevel(byProtocol: boolean): Level;
  /**
   * The devicetree that describes this board, without what a boot loader adds, for a program that calls PSCI so or not
   * at all; undefined if it brings none.
   */
  deviceTree(psci: Conduit | undefined): DeviceTreeNode | undefined;
  /** How the cores come to a program that has been loaded. */
  startUp(program: Program): StartUp;
  /** Does to devices what firmware at EL3 does before software starts in Non-secure state; absent if there is nothing. */
  openToNonSecure?(): void;
  /** Presses and releases the button that asks a guest to switch itself off; undefined on a board without one. */
  pressPowerButton?(): void;
  /** Puts devices back to their state at power-on; RAM, and what keeps its content on such a board, stay as they are. */
  reset(): void;
}

/** The devices that a kernel needs to live, with physical addresses and the interrupt controller's numbers. */
export interface KernelDevices {
  /** What drivers know the board by: numbers of its maker and of the product, and a name of at most 31 letters. */
  readonly platform: { readonly vendor: number; readonly product: number; readonly name: string };
  readonly interrupts: {
    readonly kind: 'gicv2';
    readonly distributor: number;
    readonly cpuInterface: number;
    /** Where a hypervisor finds its interfaces on such a board whose cores have EL2. */
    readonly virtualization?: { readonly control: number; readonly cpuInterface: number };
    /** GICv2m: where a device's message becomes an interrupt. */
    readonly messages?: number;
  };
  /** That of the console. */
  readonly uart: { readonly kind: 'pl011'; readonly base: number; readonly interrupt: number };
  /** The interrupts of each core's physical timer of EL1, and of its virtual one. */
  readonly timer: { readonly interrupt: number; readonly virtualInterrupt: number };
  /** The clock of the day; undefined on a board that has none. */
  readonly rtc: { readonly kind: 'pl031'; readonly base: number } | undefined;
  /** Where there is no RAM but devices, in bytes. */
  readonly peripherals: readonly { readonly base: number; readonly size: number }[];
}

/** Where a boot loader puts what it loads, in bytes from the start of RAM. */
export interface Placement {
  /** Room for the board's own code; a kernel that wants to be there goes 2 MiB further up. */
  readonly reserved: number;
  /** A kernel that does not say where it wants to be. */
  readonly kernel: number;
  /** An initial ramdisk; in a small RAM it is half-way instead, and above the kernel in any case. */
  readonly ramdisk: number;
  /** Firmware in place of a kernel: a physical address, and bytes that it may have; undefined if none can be there. */
  readonly firmware?: MemoryRange;
  /** The list of tags for a kernel without devicetree, likewise, and its room; undefined on a board that gives none. */
  readonly atags?: MemoryRange;
}

/** A program in RAM, for the board to start. */
export interface Program {
  /** Physical address of its first instruction. */
  readonly entry: number;
  /** Physical address of the devicetree, or of the list of tags in its place; 0 without either. */
  readonly argument: number;
  /** Entered by Linux's boot protocol for arm64; otherwise a bare-metal program, entered at once. */
  readonly byProtocol: boolean;
}

/** What the cores find when they come out of reset. */
export interface StartUp {
  /** The board's own code, with what it reads, at physical addresses. */
  readonly code: readonly { readonly name: string; readonly address: number; readonly bytes: Uint8Array }[];
  /** By core number. */
  readonly cores: readonly CoreStart[];
}
