/**
 * The distributor's registers, GICD_*, IHI 0048B section 4.3. With the Security Extensions, Group 0 interrupts do not
 * exist for Non-secure accesses, nor do groups. As on QEMU, who may send an SGI does not depend on its group.
 *
 * They are byte-accessible throughout, so wider accesses are made of bytes; only GICD_SGIR is a word.
 */
import { integer, record } from '../../../engine/index.js';
import type { AccessSize, Device } from '../../device.js';
import { ALL_CORES, PRIVATE_INTERRUPTS, SGIS, type InterruptTable } from './interrupt-table.js';

const GICD_CTLR = 0x000;
const GICD_TYPER = 0x004;
const GICD_IIDR = 0x008;
const GICD_SGIR = 0xf00;
const GICD_PIDR4 = 0xfd0;

/** GICD_TYPER.SecurityExtn, in its second byte. */
const TYPER_SECURITY = 1 << 2;
/** GICD_IIDR: implementer Arm, by its JEP 106 code. */
const IIDR_VALUE = 0x43b;

/** GICD_PIDR4-7, PIDR0-3, CIDR0-3, one byte per word: a GICv2 by Arm. */
const IDENTIFICATION = [0x04, 0x00, 0x00, 0x00, 0x90, 0xb4, 0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1];

export type DistributorState = { ctlr: number };

/** A register array: where it begins, how many interrupts a byte describes, and what an access does. */
interface RegisterArray {
  readonly name: string;
  readonly base: number;
  readonly end: number;
  readonly perByte: 8 | 4 | 1;
  /** `id`: the first of the byte's interrupts; `nonSecure`: by a Non-secure access to a GIC that knows them. */
  read(id: number, core: number, nonSecure: boolean): number;
  write(id: number, core: number, value: number, nonSecure: boolean): void;
}

/** Which accesses are Non-secure. Without it, the GIC has no Security Extensions. */
export type SecurityExtensions = { readonly isSecure: () => boolean } | undefined;

export class Distributor implements Device<DistributorState> {
  readonly name = 'gicd';
  readonly size = 0x1000;
  readonly shape = record<DistributorState>({ ctlr: integer(0, 3) });
  private ctlr = 0;
  private readonly arrays: RegisterArray[];

  constructor(
    private readonly table: InterruptTable,
    private readonly initiator: () => number,
    private readonly changed: () => void,
    private readonly security: SecurityExtensions,
  ) {
    this.arrays = registerArrays(table);
  }

  /** GICD_CTLR's EnableGrp0 and EnableGrp1 as bits 0 and 1. */
  get enabledGroups(): number {
    return this.ctlr;
  }

  read(offset: number, size: AccessSize): number {
    const core = this.initiator();
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = (value << 8) | this.readByte(offset + i, core);
    return value >>> 0;
  }

  write(offset: number, size: AccessSize, value: number): void {
    const core = this.initiator();
    if (offset === GICD_SGIR && size === 4) this.generateSgi(value, core);
    else for (let i = 0; i < size; i++) this.writeByte(offset + i, core, (value >>> (8 * i)) & 0xff);
    this.changed();
  }

  save(): DistributorState {
    return { ctlr: this.ctlr };
  }

  load(state: DistributorState): void {
    this.ctlr = state.ctlr;
  }

  private get nonSecure(): boolean {
    return this.security !== undefined && !this.security.isSecure();
  }

  private readByte(offset: number, core: number): number {
    const { nonSecure } = this;
    if (offset === GICD_CTLR) return nonSecure ? this.ctlr >> 1 : this.ctlr;
    if (offset === GICD_TYPER + 1) return this.security === undefined ? 0 : TYPER_SECURITY;
    if (offset === GICD_TYPER) return (this.table.count / 32 - 1) | ((this.table.cores - 1) << 5);
    if (offset >= GICD_IIDR && offset < GICD_IIDR + 4)
      return (IIDR_VALUE >> (8 * (offset - GICD_IIDR))) & 0xff;
    if (offset >= GICD_PIDR4) return offset & 3 ? 0 : IDENTIFICATION[(offset - GICD_PIDR4) >> 2];
    const array = this.arrayAt(offset);
    if (array === undefined) return 0;
    const id = (offset - array.base) * array.perByte;
    return id < this.table.count ? array.read(id, core, nonSecure) : 0;
  }

  private writeByte(offset: number, core: number, value: number): void {
    const { nonSecure } = this;
    // The Non-secure one is EnableGrp1 by itself.
    if (offset === GICD_CTLR) this.ctlr = nonSecure ? (this.ctlr & 1) | ((value & 1) << 1) : value & 3;
    const array = this.arrayAt(offset);
    if (array === undefined) return;
    const id = (offset - array.base) * array.perByte;
    if (id < this.table.count) array.write(id, core, value, nonSecure);
  }

  private arrayAt(offset: number): RegisterArray | undefined {
    return this.arrays.find((array) => offset >= array.base && offset < array.end);
  }

  /** GICD_SGIR: TargetListFilter [25:24], CPUTargetList [23:16], SGIINTID [3:0]. */
  private generateSgi(value: number, core: number): void {
    const targets = [(value >>> 16) & 0xff, ALL_CORES & ~(1 << core), 1 << core, ALL_CORES];
    this.table.sendSgi(value & 0xf, core, targets[(value >>> 24) & 3]);
  }
}

/** The register arrays, in the manual's order. */
function registerArrays(table: InterruptTable): RegisterArray[] {
  /** Group 0 is for Secure accesses only. */
  const isHidden = (id: number, core: number, nonSecure: boolean): boolean =>
    nonSecure && (table.group[id] & (1 << core)) === 0;
  /** One bit per interrupt: reads by `test`, writes call `act` for each bit set. */
  const bits = (
    name: string,
    base: number,
    test: (id: number, mask: number) => boolean,
    act: (id: number, mask: number) => void,
  ): RegisterArray => ({
    name,
    base,
    end: base + 0x80,
    perByte: 8,
    read(id, core, nonSecure) {
      const mask = table.mask(id, core);
      let value = 0;
      for (let i = 0; i < 8; i++) {
        if (test(id + i, mask) && !isHidden(id + i, core, nonSecure)) value |= 1 << i;
      }
      return value;
    },
    write(id, core, value, nonSecure) {
      const mask = table.mask(id, core);
      for (let i = 0; i < 8; i++) {
        if (value & (1 << i) && !isHidden(id + i, core, nonSecure)) act(id + i, mask);
      }
    },
  });
  const isSet = (fact: Uint8Array) => (id: number, mask: number) => (fact[id] & mask) !== 0;
  const isPending = (id: number, mask: number) => table.isPending(id, mask);
  /** SGIs are always enabled and take no pending state from these registers. */
  const notSgis =
    (act: (id: number, mask: number) => void) =>
    (id: number, mask: number): void => {
      if (id >= SGIS) act(id, mask);
    };

  const groupBits = bits('GICD_IGROUPRn', 0x080, isSet(table.group), () => undefined);
  const groups: RegisterArray = {
    ...groupBits,
    read: (id, core, nonSecure) => (nonSecure ? 0 : groupBits.read(id, core, false)),
    write(id, core, value, nonSecure) {
      if (nonSecure) return;
      const mask = table.mask(id, core);
      for (let i = 0; i < 8; i++) {
        if (value & (1 << i)) table.group[id + i] |= mask;
        else table.group[id + i] &= ~mask;
      }
    },
  };

  const sgiSources = (id: number, core: number, nonSecure: boolean): number =>
    isHidden(id, core, nonSecure) ? 0 : table.sgiSources[core * SGIS + id];

  return [
    groups,
    bits(
      'GICD_ISENABLERn',
      0x100,
      isSet(table.enabled),
      notSgis((id, mask) => (table.enabled[id] |= mask)),
    ),
    bits(
      'GICD_ICENABLERn',
      0x180,
      isSet(table.enabled),
      notSgis((id, mask) => (table.enabled[id] &= ~mask)),
    ),
    bits(
      'GICD_ISPENDRn',
      0x200,
      isPending,
      notSgis((id, mask) => (table.pending[id] |= id < PRIVATE_INTERRUPTS ? mask : table.target[id])),
    ),
    bits(
      'GICD_ICPENDRn',
      0x280,
      isPending,
      notSgis((id, mask) => (table.pending[id] &= ~mask)),
    ),
    bits('GICD_ISACTIVERn', 0x300, isSet(table.active), (id, mask) => (table.active[id] |= mask)),
    bits('GICD_ICACTIVERn', 0x380, isSet(table.active), (id, mask) => (table.active[id] &= ~mask)),
    {
      name: 'GICD_IPRIORITYRn',
      base: 0x400,
      end: 0x800,
      perByte: 1,
      read(id, core, nonSecure) {
        const priority = table.getPriority(id, core);
        if (!nonSecure) return priority;
        return isHidden(id, core, true) ? 0 : (priority << 1) & 0xff;
      },
      write(id, core, value, nonSecure) {
        if (isHidden(id, core, nonSecure)) return;
        table.setPriority(id, core, nonSecure ? 0x80 | (value >> 1) : value);
      },
    },
    {
      name: 'GICD_ITARGETSRn',
      base: 0x800,
      end: 0xc00,
      perByte: 1,
      read(id, core) {
        if (table.cores === 1) return 0;
        return id < PRIVATE_INTERRUPTS ? 1 << core : table.target[id];
      },
      write(id, _core, value) {
        if (table.cores > 1 && id >= PRIVATE_INTERRUPTS) table.target[id] = value;
      },
    },
    {
      name: 'GICD_ICFGRn',
      base: 0xc00,
      end: 0xd00,
      perByte: 4,
      read(id, core, nonSecure) {
        let value = 0;
        for (let i = 0; i < 4; i++) {
          if (table.edge[id + i] && !isHidden(id + i, core, nonSecure)) value |= 2 << (2 * i);
        }
        return value;
      },
      write(id, core, value, nonSecure) {
        if (id < SGIS) return;
        for (let i = 0; i < 4; i++) {
          if (!isHidden(id + i, core, nonSecure)) table.edge[id + i] = (value >>> (2 * i + 1)) & 1;
        }
      },
    },
    {
      name: 'GICD_CPENDSGIRn',
      base: 0xf10,
      end: 0xf20,
      perByte: 1,
      read: sgiSources,
      write(id, core, value, nonSecure) {
        if (isHidden(id, core, nonSecure)) return;
        table.sgiSources[core * SGIS + id] &= ~value;
        if (table.sgiSources[core * SGIS + id] === 0) table.pending[id] &= ~(1 << core);
      },
    },
    {
      name: 'GICD_SPENDSGIRn',
      base: 0xf20,
      end: 0xf30,
      perByte: 1,
      read: sgiSources,
      write(id, core, value, nonSecure) {
        if (value === 0 || isHidden(id, core, nonSecure)) return;
        table.sgiSources[core * SGIS + id] |= value;
        table.pending[id] |= 1 << core;
      },
    },
  ];
}
