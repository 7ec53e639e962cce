/**
 * The Generic Interrupt Controller, architecture version 2 (Arm IHI 0048B), with or without the Security Extensions:
 * one distributor, and a CPU interface for each core, banked by the core that makes the access.
 */
import { Listeners, record, tuple } from '../../../engine/index.js';
import type { CoreInputs } from '../../core-wires.js';
import type { Device, Line, PlainData } from '../../device.js';
import type { InterruptController, InterruptListener, InterruptOverview } from '../interrupt-controller.js';
import {
  CpuInterface,
  PHYSICAL,
  PHYSICAL_WITH_SECURITY,
  type InterfaceKind,
  type CpuInterfaceState,
  type InterruptSource,
} from './cpu-interface.js';
import { Distributor, type DistributorState, type SecurityExtensions } from './distributor.js';
import {
  ALL_CORES,
  InterruptTable,
  MAX_CORES,
  PRIVATE_INTERRUPTS,
  SGIS,
  type Candidate,
  type InterruptTableState,
} from './interrupt-table.js';
import { VirtualInterface, type VirtualInterfaceState } from './virtual-interface.js';

export interface Gicv2Options {
  /** Cores connected, 1 to 8. */
  cores: number;
  /** Shared peripheral interrupts, a multiple of 32. */
  spis: number;
  /** The core on whose behalf the present access is made. */
  initiator: () => number;
  outputs: CoreInputs;
  /** With the Security Extensions: whether the present access is a Secure one. */
  security?: SecurityExtensions;
  /** With GICH and GICV, and this private peripheral interrupt (0 to 15) for maintenance. */
  virtualization?: { maintenancePpi: number };
}

type DistributorDeviceState = { registers: DistributorState; table: InterruptTableState };
type CpuInterfaceDeviceState = { cores: CpuInterfaceState[] };
type VirtualDeviceState = { cores: VirtualInterfaceState[] };

export class Gicv2 implements InterruptController {
  /** GICD, 4 KiB. */
  readonly distributor: Device;
  /** GICC, 8 KiB: GICC_DIR is in the second page. */
  readonly cpuInterface: Device;
  /** GICH, 4 KiB, and GICV, 8 KiB; absent without virtualization. */
  readonly virtual?: { readonly control: Device; readonly cpuInterface: Device };
  /** Interrupts are known by their INTID; they are acknowledged by GICC_IAR, and end by GICC_EOIR or GICC_DIR. */
  readonly listeners = new Listeners<InterruptListener>();
  private readonly virtualInterfaces: VirtualInterface[];
  private readonly table: InterruptTable;
  private readonly registers: Distributor;
  private readonly interfaces: CpuInterface[];
  private readonly best: Candidate[];
  private readonly outputs: CoreInputs;
  private readonly powerOnState: PlainData;

  constructor({ cores, spis, initiator, outputs, security, virtualization }: Gicv2Options) {
    if (!Number.isInteger(cores) || cores < 1 || cores > MAX_CORES) {
      throw new RangeError(`GICv2: ${cores} cores, expected 1 to ${MAX_CORES}`);
    }
    this.outputs = outputs;
    this.table = new InterruptTable(PRIVATE_INTERRUPTS + spis, cores);
    this.best = Array.from({ length: cores }, () => ({ id: 0, priority: 0 }));
    const update = () => this.update();
    this.registers = new Distributor(this.table, initiator, update, security);
    const kind = security === undefined ? PHYSICAL : PHYSICAL_WITH_SECURITY;
    this.interfaces = this.best.map((_, core) => new CpuInterface(this.sourceFor(core), kind, update));
    this.distributor = this.distributorDevice();
    this.powerOnState = this.distributor.save();
    const isNonSecure = (): boolean => security !== undefined && !security.isSecure();
    this.cpuInterface = this.cpuInterfaceDevice('gicc', this.interfaces, initiator, isNonSecure, update);
    this.virtualInterfaces = [];
    if (virtualization !== undefined) {
      this.addVirtualInterfaces(cores, kind, virtualization.maintenancePpi);
      this.virtual = {
        control: this.virtualControlDevice(initiator),
        cpuInterface: this.cpuInterfaceDevice(
          'gicv',
          this.virtualInterfaces.map((each) => each.cpuInterface),
          initiator,
          () => false,
          () => this.virtualInterfaces.forEach((each) => each.changed()),
        ),
      };
    }
  }

  /** Section 2.2.1. */
  kindOf(intid: number): string {
    return intid < SGIS ? 'SGI' : intid < PRIVATE_INTERRUPTS ? 'PPI' : 'SPI';
  }

  /** SGIs, which cannot be disabled, only where they are pending or active. */
  overview(core: number): InterruptOverview {
    const { table } = this;
    const bit = 1 << core;
    const interrupts = Array.from({ length: table.count }, (_, number) => {
      const goesThere = number < PRIVATE_INTERRUPTS || (table.target[number] & bit) !== 0;
      const enabled = number >= SGIS && goesThere && (table.enabled[number] & bit) !== 0;
      const pending = goesThere && table.isPending(number, bit);
      return { number, enabled, pending, active: (table.active[number] & bit) !== 0 };
    });
    return {
      delivers: (this.registers.enabledGroups & 3) !== 0 && this.interfaces[core].delivers,
      interrupts: interrupts.filter(({ enabled, pending, active }) => enabled || pending || active),
    };
  }

  /** The input of shared peripheral interrupt `n`, which is INTID 32 + n. */
  spi(n: number): Line {
    return { set: (level) => this.input(PRIVATE_INTERRUPTS + n, ALL_CORES, level) };
  }

  /** A core's input of private peripheral interrupt `n`, 0 to 15, which is INTID 16 + n. */
  ppi(core: number, n: number): Line {
    return { set: (level) => this.input(SGIS + n, 1 << core, level) };
  }

  /** The distributor as at power-on, but for the levels of its inputs, which are not its own. */
  resetDistributor(): void {
    const level = this.table.level.slice();
    this.distributor.load(this.powerOnState);
    this.table.level.set(level);
    this.update();
  }

  /**
   * What firmware does for Non-secure software, as QEMU in its place: every interrupt in Group 1, with the highest
   * priority that such software can give.
   */
  openToNonSecure(): void {
    this.table.group.fill(ALL_CORES);
    this.table.priority.fill(0x80);
    this.table.privatePriority.fill(0x80);
    for (const each of this.interfaces) each.openToNonSecure();
    this.update();
  }

  private input(id: number, mask: number, level: boolean): void {
    if (!this.table.setLevel(id, mask, level)) return;
    for (const each of this.listeners.all)
      each.inputChanged(id, mask === ALL_CORES ? undefined : 31 - Math.clz32(mask), level);
    this.update();
  }

  private update(): void {
    this.table.findBest(this.best);
    for (const [core, candidate] of this.best.entries()) {
      const { irq, fiq } = this.interfaces[core].evaluate(candidate);
      this.outputs.irq(core, irq);
      this.outputs.fiq(core, fiq);
    }
  }

  private addVirtualInterfaces(cores: number, kind: InterfaceKind, maintenancePpi: number): void {
    for (let core = 0; core < cores; core++) {
      const maintenance = this.ppi(core, maintenancePpi);
      const virtual: VirtualInterface = new VirtualInterface(
        kind,
        (id) => this.deactivateFor(core, id),
        () => {
          const { irq, fiq } = virtual.evaluate();
          this.outputs.virq?.(core, irq);
          this.outputs.vfiq?.(core, fiq);
          maintenance.set(virtual.maintenance);
        },
      );
      this.virtualInterfaces.push(virtual);
    }
  }

  /** A guest ended a hardware interrupt. SGIs cannot be ended so. */
  private deactivateFor(core: number, id: number): void {
    if (id < SGIS || id >= this.table.count) return;
    this.table.active[id] &= ~(1 << core);
    this.update();
  }

  private sourceFor(core: number): InterruptSource {
    const { table } = this;
    const bit = 1 << core;
    return {
      enabledGroups: () => this.registers.enabledGroups,
      exists: (id) => id < table.count,
      priority: (id) => table.getPriority(id, core),
      group: (id) => (table.group[id] & bit ? 1 : 0),
      acknowledge: (id) => {
        table.active[id] |= bit;
        for (const each of this.listeners.all) each.acknowledged(core, id);
        if (id < SGIS) return id | (table.takeSgi(id, core) << 10);
        table.pending[id] &= ~bit;
        return id;
      },
      deactivate: (id) => {
        if ((table.active[id] & bit) !== 0) {
          for (const each of this.listeners.all) each.deactivated(core, id);
        }
        table.active[id] &= ~bit;
      },
    };
  }

  private distributorDevice(): Device {
    const { registers, table } = this;
    const device: Device<DistributorDeviceState> = {
      name: registers.name,
      size: registers.size,
      shape: record<DistributorDeviceState>({ registers: registers.shape, table: table.shape }),
      read: (offset, size) => registers.read(offset, size),
      write: (offset, size, value) => registers.write(offset, size, value),
      save: () => ({ registers: registers.save(), table: table.save() }),
      load: (state) => {
        registers.load(state.registers);
        table.load(state.table);
        this.update();
      },
    };
    return device;
  }

  private cpuInterfaceDevice(
    name: string,
    interfaces: readonly CpuInterface[],
    initiator: () => number,
    isNonSecure: () => boolean,
    loaded: () => void,
  ): Device {
    const device: Device<CpuInterfaceDeviceState> = {
      name,
      size: 0x2000,
      shape: record<CpuInterfaceDeviceState>({
        cores: tuple<CpuInterfaceState[]>(...interfaces.map(({ shape }) => shape)),
      }),
      read: (offset) => interfaces[initiator()].read(offset, isNonSecure()),
      write: (offset, _size, value) => interfaces[initiator()].write(offset, value, isNonSecure()),
      save: () => ({ cores: interfaces.map((each) => each.save()) }),
      load: (state) => {
        interfaces.forEach((each, core) => each.load(state.cores[core]));
        loaded();
      },
    };
    return device;
  }

  private virtualControlDevice(initiator: () => number): Device {
    const device: Device<VirtualDeviceState> = {
      name: 'gich',
      size: 0x1000,
      shape: record<VirtualDeviceState>({
        cores: tuple<VirtualInterfaceState[]>(...this.virtualInterfaces.map(({ shape }) => shape)),
      }),
      read: (offset) => this.virtualInterfaces[initiator()].read(offset),
      write: (offset, _size, value) => this.virtualInterfaces[initiator()].write(offset, value),
      save: () => ({ cores: this.virtualInterfaces.map((each) => each.save()) }),
      load: (state) => this.virtualInterfaces.forEach((each, core) => each.load(state.cores[core])),
    };
    return device;
  }
}
