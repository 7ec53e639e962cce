/**
 * Walks through a machine's run, one instruction after another, and tells of each what it does. The machine executes as
 * ever, in pieces of one instruction: what the guest sees, and which core comes next, is as without it.
 */
import { R, StateCopy, type Core, type InstructionAccess, type StoredRegister } from '../../engine/index.js';
import { disassemble, pointedAt } from '../../isa/index.js';
import type { Machine, StopReason } from '../../machine/index.js';
import { kernelOf } from '../../zircon/index.js';
import { EventLog } from '../event-log.js';
import type { DeviceEvent, EventCategory, MachineEvent } from '../events.js';
import { LiveTables, type EntryChange } from '../translation/index.js';
import { CallDepth } from './call-depth.js';
import { decoded, type Decoded } from './decoded.js';
import { explanationOf } from './explain.js';
import type { Places } from './places.js';
import type { Flow, LiveMap, MemoryAccess, RegisterValue, Step, SystemRead, SystemWrite } from './step.js';

const categories: readonly EventCategory[] = ['exceptions', 'psci', 'devices', 'syscalls', 'sched'];

/** Registers that say which tables are in use and how they are read. */
const translationRegisters = /^(SCTLR|TCR|TTBR[01]|MAIR|HCR|VTCR|VTTBR|SCR)_EL[123]$/;

const NONE: readonly never[] = [];
const NOT_FETCHED = '(not fetched)';
const WORD = 4n;

/** What of a core is known before its next instruction. */
interface Point {
  readonly core: Core;
  readonly copy: StateCopy;
  readonly depth: CallDepth;
  level: number;
  physical: number | undefined;
  word: number | undefined;
  executed: number;
  owed: number;
}

/** What does not change of an instruction as long as it is where it is. */
type Description = Pick<Step, 'word' | 'physical' | 'text' | 'explanation' | 'place' | 'target'>;

/** Descriptions that are kept. */
const KEPT = 65_536;

type Happened = MachineEvent & { readonly type: string };
type DeviceHappened = MachineEvent & DeviceEvent;

const isDevice = (event: MachineEvent): event is DeviceHappened =>
  event.type === 'device read' || event.type === 'device write';
const isInterrupt = (event: MachineEvent): boolean =>
  event.type === 'exception' && event.kind !== 'synchronous';
const isFault = (event: MachineEvent): boolean => event.type === 'exception' && event.kind === 'synchronous';

export class Walker {
  /** Why there is no further step. */
  ending: StopReason | undefined;
  /** Of the tables that were in use before the first step. */
  readonly firstMaps: readonly LiveMap[];
  private readonly points: readonly Point[];
  private readonly tables: LiveTables;
  private readonly leave: () => void;
  private readonly interrupts: Happened[] = [];
  private readonly events: Happened[] = [];
  private readonly devices: DeviceHappened[] = [];
  private readonly descriptions = new Map<bigint, Description>();

  constructor(
    private readonly machine: Machine,
    private readonly places: Places,
  ) {
    this.tables = new LiveTables(machine);
    this.points = machine.cluster.cores.map((core) => ({
      ...{ core, copy: new StateCopy(), depth: new CallDepth() },
      ...{ level: 0, physical: undefined, word: undefined, executed: core.executed, owed: 0 },
    }));
    for (const point of this.points) this.look(point);
    this.firstMaps = this.points
      .flatMap((_, core) => this.newMaps(core))
      .filter(({ isAsBefore }) => !isAsBefore);
    this.leave = EventLog.of(machine).listen((event) => this.hear(event), categories);
  }

  /** Listens no more. */
  stop(): void {
    this.leave();
  }

  /** Executes the next instruction, of whichever core is next; undefined where the machine has stopped. */
  step(): Step | undefined {
    for (;;) {
      const { instructions } = this.machine;
      const reason = this.machine.run({ instructions: 1 });
      const point = this.points.find(({ core, executed }) => core.executed !== executed);
      if (point === undefined) {
        if (reason === 'limit') continue;
        this.ending = reason;
        return undefined;
      }
      const wasOwed = point.owed > 0 || (this.interrupts.length > 0 && this.isHosted);
      point.executed = point.core.executed;
      const step = wasOwed ? undefined : this.tell(point, instructions);
      this.look(point);
      if (this.isHosted || step === undefined || step.events.length > 0)
        this.points.forEach((each) => this.look(each));
      if (step !== undefined) return step;
    }
  }

  /** A hosted kernel works between the instructions: the first that is charged for it is none of the guest's. */
  private get isHosted(): boolean {
    return kernelOf(this.machine) !== undefined;
  }

  private hear(event: MachineEvent): void {
    if (isDevice(event)) this.devices.push(event);
    else if (isInterrupt(event)) {
      this.interrupts.push(event);
      const point = this.points[event.at.core ?? 0];
      if (event.type === 'exception') point.depth.enter(event.returnAddress, true);
      this.look(point);
    } else this.events.push(event);
  }

  /** Looks where a core is, before its next instruction. */
  private look(point: Point): void {
    const { core, copy } = point;
    copy.take(core);
    point.level = core.level;
    point.owed = core.owed;
    const { pc } = copy.state;
    point.physical = this.places.physical(core.index, pc, 'execute');
    point.word = point.physical === undefined ? undefined : this.machine.instructionAt(point.physical);
  }

  private tell(point: Point, instruction: number): Step {
    const interrupts = this.interrupts.splice(0);
    const events = this.events.splice(0);
    const devices = this.devices.splice(0);
    const { core, copy, level, physical, word } = point;
    const { pc } = copy.state;
    const has = word === undefined ? undefined : decoded(word);
    const { text, place, explanation, target } = this.describe(point);
    const isWhole = has !== undefined && !events.some(isFault);
    const { depth } = point.depth;
    const flow = this.flow(point, has, events);
    const written = isWhole ? this.written(point, has) : undefined;
    const accesses = isWhole && word !== undefined ? this.accesses(point, word, has, devices) : [];
    // Written out: millions of these are made.
    return {
      kind: 'step',
      instruction,
      core: core.index,
      level,
      virtual: pc,
      physical,
      place,
      word,
      text,
      target: has?.isIndirect === true ? this.places.name(core.index, flow.to) : target,
      depth,
      interrupts,
      registers: this.registers(point, isWhole ? has : undefined),
      accesses,
      written,
      read: isWhole ? systemRead(point, has) : undefined,
      explanation,
      flow,
      events,
      maps: this.maps(core.index, written, events),
      changes: accesses.length === 0 ? NONE : this.changes(accesses),
    };
  }

  // Registers.

  private registers({ core, copy }: Point, has: Decoded | undefined): RegisterValue[] {
    const before = copy.state;
    const { present } = core;
    const x = union(has?.x ?? [], copy.changedX(present)).map((number): RegisterValue => {
      const value = number === 31 ? present.sp : present.x(number);
      const was = number === 31 ? before.sp : before.x(number);
      const points = has?.makesAddress === true ? this.places.nameOfStart(core.index, value) : undefined;
      return { name: number === 31 ? 'sp' : `x${number}`, value, before: was, points };
    });
    const v = union(has?.v ?? [], copy.changedV(present)).map((number): RegisterValue => {
      return { name: `v${number}`, value: present.v(number), before: before.v(number), points: undefined };
    });
    const [now, earlier] = [present.nzcv >>> 28, before.nzcv >>> 28];
    const flags = { name: 'nzcv', value: BigInt(now), before: BigInt(earlier), points: undefined };
    return [...x, ...v, ...(now === earlier && has?.flags !== true ? [] : [flags])];
  }

  private written({ core, copy }: Point, { writes }: Decoded): SystemWrite | undefined {
    if (writes === undefined) return undefined;
    const { name } = writes.register;
    const value = writes.from === 31 ? 0n : copy.state.x(writes.from);
    const stored = (R as Readonly<Record<string, StoredRegister | undefined>>)[name];
    return {
      name,
      value,
      kept: this.machine.systemRegister(core.index, name),
      before: stored === undefined ? undefined : copy.state.get64(stored),
      points: this.pointedAtBy(core.index, name, value),
    };
  }

  /** TTBRs have a physical address, beside an ASID or VMID. */
  private pointedAtBy(core: number, register: string, value: bigint): string | undefined {
    if (!/^V?TTBR/.test(register)) return this.places.nameOfStart(core, value);
    const table = value & 0x0000_ffff_ffff_fffen;
    return this.places.nameAt(table, Number(table));
  }

  // Memory.

  private accesses(
    { core, copy }: Point,
    word: number,
    { isPair }: Decoded,
    devices: DeviceHappened[],
  ): MemoryAccess[] {
    const { index } = core;
    const read = (address: bigint, bytes: number): bigint | undefined => {
      const physical = this.places.physical(index, address);
      const found = physical === undefined ? undefined : this.machine.readMemory(physical, bytes);
      return found?.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    };
    const made = copy
      .accesses(word, core.present, read)
      .flatMap((access) => (isPair ? halves(access) : [access]));
    return made.map((access): MemoryAccess => {
      const { address } = access;
      const physical = this.places.physical(index, address, access.write ? 'write' : 'read');
      const answered = devices.splice(0, access.bytes > 4 ? 2 : 1);
      if (answered.length === 0)
        return { ...access, physical, place: this.places.nameAt(address, physical), device: undefined };
      const value = answered.reduceRight((sum, event) => (sum << 32n) | BigInt(event.value >>> 0), 0n);
      const device = { name: answered[0].device, offset: answered[0].offset };
      return { ...access, value, physical, place: undefined, device };
    });
  }

  // Control.

  private flow(
    { core, copy, depth }: Point,
    has: Decoded | undefined,
    events: readonly MachineEvent[],
  ): Flow {
    const { pc } = copy.state;
    const to = core.present.pc;
    for (const event of events) {
      if (event.type === 'exception' && !(this.isHosted && core.level === 0))
        depth.enter(event.returnAddress, true);
    }
    if (events.some(isFault)) return { kind: 'exception', to };
    if (has === undefined) return { kind: 'exception', to };
    if (has.flow === 'call') depth.enter(pc + WORD);
    else if (has.flow === 'return' || has.flow === 'exception return') depth.leave(to, has.flow);
    else if (has.isIndirect) depth.leave(to, 'jump');
    const kind = has.flow === 'exception return' ? 'exception' : has.flow;
    return has.isConditional ? { kind, to, isTaken: to !== pc + WORD } : { kind, to };
  }

  /** What can be said of the instruction at a place at any time: it is remembered, since most are executed often. */
  private describe({ core, copy, physical, word }: Point): Description {
    const { pc } = copy.state;
    const known = this.descriptions.get(pc);
    if (known?.word === word && known?.physical === physical && known !== undefined) return known;
    const text = word === undefined ? NOT_FETCHED : (disassemble(word, pc) ?? `<unknown> 0x${hex8(word)}`);
    const at = pointedAt(text);
    const description: Description = {
      ...{ word, physical, text, explanation: explanationOf(text) },
      place: this.places.code(pc, physical),
      target: at === undefined ? undefined : this.places.name(core.index, at),
    };
    if (this.descriptions.size >= KEPT) this.descriptions.clear();
    this.descriptions.set(pc, description);
    return description;
  }

  // Translation.

  private changes(accesses: readonly MemoryAccess[]): EntryChange[] {
    return accesses.flatMap(({ write, physical, bytes }) =>
      write && physical !== undefined && this.tables.holds(physical)
        ? this.tables.stored(physical, bytes)
        : [],
    );
  }

  private maps(core: number, written: SystemWrite | undefined, events: readonly MachineEvent[]): LiveMap[] {
    const isOfTables = written !== undefined && translationRegisters.test(written.name);
    return isOfTables || (this.isHosted && events.length > 0) ? this.newMaps(core) : [];
  }

  private newMaps(core: number): LiveMap[] {
    return this.tables.look(core).map(({ map, isAsBefore }) => ({
      map,
      isAsBefore,
      names: map.ranges.map(({ virtual, physical }) => this.places.nameOfStartAt(virtual, physical)),
    }));
  }
}

const hex8 = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

function union(first: readonly number[], second: readonly number[]): readonly number[] {
  return second.every((number) => first.includes(number))
    ? first
    : [...new Set([...first, ...second])].sort((a, b) => a - b);
}

function halves(access: InstructionAccess): InstructionAccess[] {
  const bytes = access.bytes / 2;
  const half = (index: number): InstructionAccess => ({
    ...access,
    bytes,
    address: BigInt.asUintN(64, access.address + BigInt(index * bytes)),
    value: BigInt.asUintN(8 * bytes, access.value >> BigInt(8 * bytes * index)),
  });
  return [half(0), half(1)];
}

function systemRead({ core }: Point, { reads }: Decoded): SystemRead | undefined {
  if (reads === undefined || reads.to === 31) return undefined;
  return { name: reads.register.name, value: core.present.x(reads.to) };
}
