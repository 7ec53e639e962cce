/** What happens in a machine, as data. Each event says when and where it happened. */
import type { Access, Level, LineName } from '../engine/index.js';
import { kernelCategories, type KernelEvent } from './kernel/events.js';

/** Which events there are, by what one may want to hear of. */
export const machineCategories = ['exceptions', 'mmu', 'psci', 'interrupts', 'devices'] as const;
/** Those of any machine, then those of one that hosts a kernel. */
export const eventCategories = [...machineCategories, ...kernelCategories] as const;
export type EventCategory = (typeof eventCategories)[number];

/** When and where something happened. */
export interface EventPlace {
  /** Instructions that all cores together had executed before. */
  readonly instructions: number;
  /** Virtual time in ns. */
  readonly time: number;
  /** The core; undefined where it happened on the board. */
  readonly core: number | undefined;
  /** Its exception level after the event; undefined where that has no meaning. */
  readonly level: number | undefined;
}

/** The four kinds of exception that have vectors of their own. */
export type ExceptionKind = 'synchronous' | 'IRQ' | 'FIQ' | 'SError';

/** An exception was taken. */
export interface ExceptionEvent {
  readonly type: 'exception';
  readonly kind: ExceptionKind;
  readonly from: number;
  readonly to: Level;
  /** Bytes from VBAR to the vector. */
  readonly vector: number;
  /** ELR: where the exception returns to. */
  readonly returnAddress: bigint;
  /** ESR; undefined for IRQ and FIQ, which have none. */
  readonly syndrome: number | undefined;
  /** FAR, for exceptions that set it. */
  readonly faultAddress: bigint | undefined;
}

/** ERET was executed. */
export interface ExceptionReturnEvent {
  readonly type: 'exception return';
  readonly from: number;
  readonly to: number;
  readonly address: bigint;
}

/** A translation entered the TLB. */
export interface TranslationEvent {
  readonly type: 'translation';
  readonly access: Access;
  /** Level of privilege that the access was made with. */
  readonly for: number;
  readonly virtual: bigint;
  readonly physical: number;
  /** Bytes that translate alike. */
  readonly pageSize: number;
  /** `rwx` with a dash for what is not allowed. */
  readonly permissions: string;
  /** False: it belongs to the present ASID. */
  readonly global: boolean;
}

/** A translation failed; the exception for it follows. */
export interface TranslationFaultEvent {
  readonly type: 'translation fault';
  readonly access: Access;
  readonly virtual: bigint;
  readonly stage: 1 | 2;
  /** DFSC or IFSC. */
  readonly status: number;
}

/** A register that translation depends on was written. */
export interface RegisterWriteEvent {
  readonly type: 'register write';
  readonly register: string;
  readonly value: bigint;
}

/** A TLBI instruction: its text without the register, and the register's value. */
export interface TlbMaintenanceEvent {
  readonly type: 'TLB maintenance';
  readonly operation: string;
  readonly value: bigint;
}

/** A call to the power firmware. */
export interface PsciEvent {
  readonly type: 'PSCI';
  /** X0 of the call, and its name if it is PSCI's. */
  readonly function: number;
  readonly name: string | undefined;
  readonly arguments: readonly [bigint, bigint, bigint];
  /** X0 on return, signed. */
  readonly result: number;
}

/** An interrupt input of a core changed. */
export interface LineEvent {
  readonly type: 'interrupt line';
  readonly line: LineName;
  readonly level: boolean;
}

/** An input of the interrupt controller changed. */
export interface InterruptInputEvent {
  readonly type: 'interrupt input';
  /** Its number at the interrupt controller, and what that calls such a one: `SPI`. */
  readonly intid: number;
  readonly kind: string;
  /** The core that it is private to. */
  readonly of: number | undefined;
  readonly level: boolean;
}

/** A core acknowledged an interrupt, or was done with it. */
export interface InterruptActivityEvent {
  readonly type: 'interrupt active' | 'interrupt inactive';
  readonly intid: number;
  readonly kind: string;
}

/** A core read or wrote a device's register. */
export interface DeviceEvent {
  readonly type: 'device read' | 'device write';
  readonly device: string;
  readonly offset: number;
  /** Bytes. */
  readonly size: 1 | 2 | 4;
  readonly value: number;
}

export type MachineEvent = { readonly at: EventPlace } & (
  | ExceptionEvent
  | ExceptionReturnEvent
  | TranslationEvent
  | TranslationFaultEvent
  | RegisterWriteEvent
  | TlbMaintenanceEvent
  | PsciEvent
  | LineEvent
  | InterruptInputEvent
  | InterruptActivityEvent
  | DeviceEvent
  | KernelEvent
);
