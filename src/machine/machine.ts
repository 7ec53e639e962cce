/**
 * A whole computer: the cores, a board around them, and its power firmware. Nothing in it knows the host; what
 * comes from outside enters through this class, and its journal tells of it.
 */
import {
  Cluster,
  CoreRegisters,
  inspectRegister,
  Listeners,
  nothing,
  oneOf,
  record,
  LATEST,
  rateShape,
  SECURE_SPACE,
  type Access,
  type ClusterState,
  type Core,
  type Level,
  type MemoryRange,
  type Shape,
  type Stops,
} from '../engine/index.js';
import { UserNetwork, type NetworkEvent, type NetworkState } from '../network/index.js';
import type { Board, BoardState } from './boards/board.js';
import { BoardError, highestLevel } from './boards/limits.js';
import { configured, dealOut, type MachineConfiguration, type MachineOptions } from './configuration.js';
import type { Disk } from './disk/index.js';
import type { Picture } from './display.js';
import { placeSegment, type Firmware } from './firmware.js';
import { inputNumbers, inputShape, type InputEvent } from './input/index.js';
import { Journal } from './journal.js';
import type { PsciListener } from './listener.js';
import { callPsci, psciAbove, type Conduit, type PowerState, type PsciHost } from './psci/psci.js';
import { largestGap } from './semihosting/heap.js';
import { Semihosting, type FileAnswer, type SemihostingState } from './semihosting/index.js';
import type { SerialPort } from './serial-port.js';

/** What ends a run for good, until a reset. */
const ends = ['powered off', 'reset', 'halted', 'exited'] as const;
type End = (typeof ends)[number];

/** Why `run` returned. */
export type StopReason =
  /** The limit was reached. */
  | 'limit'
  /** `stop` was called. */
  | 'stopped'
  /** A core is where somebody wanted it to stop; `stops.reached` says why. */
  | 'break'
  /** Every core waits and nothing but input from outside can wake one. */
  | 'idle'
  /** The guest switched the machine off, asked for a reset, or left by semihosting; or a hosted kernel gave up. */
  | End;

export interface RunLimits {
  /** Instructions, all cores together; no limit unless given. */
  readonly instructions?: number;
  /** Virtual time in ns since the start; no limit unless given. */
  readonly until?: number;
}

const inSecureSpace = ({ base, size }: MemoryRange): MemoryRange => ({ base: base + SECURE_SPACE, size });

export type MachineState = {
  cluster: ClusterState;
  board: BoardState;
  /** By name. */
  networks: { [name: string]: NetworkState };
  /** Null where there is none. */
  semihosting: SemihostingState | null;
  /** Why nothing runs any more, or `no`. */
  ended: End | 'no';
};

export class Machine implements PsciHost {
  readonly options: MachineConfiguration;
  readonly cluster: Cluster;
  readonly board: Board;
  /** Their content is not in `save`: what becomes of it there is for who has made them. */
  readonly disks: readonly Disk[];
  /** For the board's cards. Where what goes out of them ends is not the machine's: `network.host`. */
  readonly networks: readonly UserNetwork[];
  /** What programs call by HLT #0xF000, if they may. */
  readonly semihosting: Semihosting | undefined;
  /** Hear messages about the machine itself, each once: an unimplemented register, say. */
  readonly logged = new Listeners<(message: string) => void>();
  /** Hear of every call to the power firmware that returns. */
  readonly firmwareCalled = new Listeners<PsciListener>();
  /** Hear that the machine has been reset: a hosted kernel starts anew then. */
  readonly restarted = new Listeners<() => void>();
  /** All that enters from outside. */
  readonly journal = new Journal(this);
  private readonly registers: readonly CoreRegisters[];
  private readonly messages = new Set<string>();
  private leaveTransmitted = (): void => {};
  private leaveLogged = (): void => {};
  private inUse: Firmware | undefined;
  private ended: End | undefined;

  /** Throws BoardError for a board or a core model that there is not, or cores or RAM that the board cannot have. */
  constructor(options: MachineOptions = {}) {
    const { kind, model, configuration, disks, seed } = configured(options);
    const { cores, ramSize, hypervisor, secure, epoch, instructionsPerSecond, usb, mac } = configuration;
    this.options = configuration;
    this.disks = disks;
    this.cluster = new Cluster({
      cores,
      model,
      el2: hypervisor,
      el3: secure,
      rate: instructionsPerSecond,
      counterFrequency: kind.counterFrequency,
      peripheralBase: kind.peripheralBase,
      laxAlignment: kind.laxAlignment,
      ramBase: kind.ram.base,
      ramSize,
      ...(secure && kind.secureRam !== undefined ? { secureRam: inSecureSpace(kind.secureRam) } : {}),
    });
    const { securePart } = this.cluster.ram;
    this.board = kind.build({
      cores,
      ram: this.cluster.ram,
      ...(securePart === undefined ? {} : { secureRam: securePart }),
      hypervisor,
      secure,
      cpu: model,
      epoch,
      seed,
      ...dealOut(disks, usb),
      usb,
      mac,
      coreInputs: {
        irq: (core, level) => this.cluster.cores[core].setLine('irq', level),
        fiq: (core, level) => this.cluster.cores[core].setLine('fiq', level),
        virq: (core, level) => this.cluster.cores[core].setLine('virq', level),
        vfiq: (core, level) => this.cluster.cores[core].setLine('vfiq', level),
      },
      power: this,
    });
    this.networks = configuration.networks.map((each) => new UserNetwork(each, this.board.clock));
    this.plugCards();
    for (const { base, size } of this.board.bus.overRam) this.cluster.ram.cover(base, size);
    this.attachCode();
    this.semihosting = this.makeSemihosting();
    this.registers = this.cluster.cores.map((place, core) => {
      return new CoreRegisters(place, (register, value) => {
        this.journal.enter({ kind: 'register', core, register, value });
      });
    });
    this.cluster.connect({
      bus: this.board.bus,
      clock: this.board.clock,
      timerLine: (core, timer, level) => this.board.coreOutputs[core].timers[timer].set(level),
      pmuLine: (core, level) => this.board.coreOutputs[core].pmu.set(level),
      hasSmcFirmware: () => this.conduit === 'smc',
      firmwareCall: (core, conduit) => this.firmwareCall(core, conduit),
      semihosting: this.semihosting,
      log: (message) => this.log(message),
    });
  }

  private makeSemihosting(): Semihosting | undefined {
    const { semihosting, epoch } = this.options;
    if (semihosting === null) return undefined;
    const { bus, clock } = this.board;
    const { ram } = this.cluster;
    const firmware = (): Firmware | undefined => this.inUse;
    return new Semihosting(semihosting, {
      cluster: this.cluster,
      bus,
      epoch,
      get now() {
        return clock.now;
      },
      get heap() {
        return largestGap(ram, firmware()?.segments ?? []);
      },
      translate: (core, virtual) => this.translate(core, virtual),
      exit: () => this.end('exited'),
      stop: () => this.stop(),
      log: (message) => this.log(message),
    });
  }

  /** Throws BoardError for a card that is to be plugged into a network that there is not, or that has a card. */
  private plugCards(): void {
    const taken = new Set<UserNetwork>();
    for (const card of this.board.cards ?? []) {
      if (card.network === undefined) continue;
      const network = this.networks.find(({ id }) => id === card.network);
      if (network === undefined)
        throw new BoardError(`network ${card.network}: the machine has none of that name`);
      if (taken.has(network))
        throw new BoardError(`network ${card.network}: another card is plugged into it`);
      taken.add(network);
      card.connect(network);
      network.plug(card);
    }
  }

  /** Lets the cores fetch instructions from the board's devices that hold memory. */
  private attachCode(): void {
    const { code } = this.cluster;
    for (const { base, device } of this.board.bus.memories) {
      const instruction = (physical: number): number => device.instruction(physical - base);
      code.attach({ base, size: device.size, instruction });
      device.codeChanging.add((offset, length) => code.changed(base + offset, length));
    }
  }

  /** Hear every byte that the guest sends to its console. */
  get transmitted(): Listeners<(byte: number) => void> {
    return this.console.transmitted;
  }
  /** Hear how many bytes a device has moved to or from memory by itself, each time that one has. */
  get transferred(): Listeners<(bytes: number) => void> {
    return this.board.bus.transferred;
  }
  /** A listener in place of the one that was set here before, beside those that were added to `transmitted`. */
  set onTransmit(hear: (byte: number) => void) {
    this.leaveTransmitted();
    this.leaveTransmitted = this.transmitted.add(hear);
  }
  /** A listener in place of the one that was set here before, beside those that were added to `logged`. */
  set onLog(hear: (message: string) => void) {
    this.leaveLogged();
    this.leaveLogged = this.logged.add(hear);
  }

  /**
   * Puts firmware into memory and starts the cores that it says.
   * @throws RangeError for a segment that does not lie in RAM or flash
   */
  powerUp(firmware: Firmware): void {
    this.journal.refuse('powered up anew');
    this.start(firmware);
  }

  private start(firmware: Firmware): void {
    this.inUse = firmware;
    this.ended = undefined;
    for (const segment of firmware.segments) placeSegment(segment, this.cluster.ram, this.board.bus);
    if (this.board.secure && firmware.cores[0].el < 3) this.board.openToNonSecure?.();
    for (const [core, { powered, pc, el, x0 }] of firmware.cores.entries()) {
      this.cluster.cores[core].activity = 'off';
      if (powered) this.cluster.powerOn(core, BigInt(pc), el).setX(0, BigInt(x0));
    }
  }

  /**
   * A reset as by the board's button: devices to their first state, firmware or a hosted kernel anew, RAM otherwise as
   * it is. Without either, every core stays off.
   */
  reset(): void {
    this.journal.enter({ kind: 'reset' });
    this.ended = undefined;
    this.board.reset();
    for (const core of this.cluster.cores) core.activity = 'off';
    if (this.inUse !== undefined) this.start(this.inUse);
    for (const begin of this.restarted.all) begin();
  }

  /** Runs until a limit is reached or something ends the run. Limits never change what the guest sees. */
  run(limits: RunLimits = {}): StopReason {
    if (this.ended !== undefined) return this.ended;
    const { instructions = Infinity, until = Infinity } = limits;
    const result = this.journal.during(() => {
      return this.cluster.run(Math.floor(instructions), Math.floor(until));
    });
    return this.ended ?? result;
  }

  /** Ends the machine: a hosted kernel that cannot go on. `run` returns at once from now on. */
  halt(): void {
    this.journal.refuseBetween('halted between two runs');
    this.end('halted');
  }

  /**
   * Runs until a condition holds, which is looked at after every `every` instructions, 1000 unless given; or until
   * a limit is reached or something ends the run.
   */
  runUntil(
    condition: (machine: Machine) => boolean,
    limits: RunLimits & { readonly every?: number } = {},
  ): StopReason | 'condition' {
    const { every = 1000, until, instructions = Infinity } = limits;
    const last = this.instructions + instructions;
    for (;;) {
      if (condition(this)) return 'condition';
      const most = Math.min(every, last - this.instructions);
      const reason = this.run({ instructions: most, ...(until === undefined ? {} : { until }) });
      const goesOn = this.now < (until ?? Infinity) && this.instructions < last;
      if (reason !== 'limit' || !goesOn) return condition(this) ? 'condition' : reason;
    }
  }

  /** Where the machine is to stop for somebody outside, and where it has: the guest sees nothing of it. */
  get stops(): Stops {
    return this.cluster.stops;
  }
  /** Makes `run` return after the present instruction. */
  stop(): void {
    this.cluster.stop();
  }

  /**
   * Puts bytes on the receive line of a serial port, the console's unless another one is named.
   * @throws RangeError for a port that there is not
   */
  receive(bytes: Iterable<number>, port = this.console.name): void {
    const line = this.serialPort(port);
    const input = Uint8Array.from(bytes);
    this.journal.enter({ kind: 'input', port, bytes: input });
    line.receive(input);
  }

  /** Puts a break condition there. Throws RangeError likewise. */
  receiveBreak(port = this.console.name): void {
    const line = this.serialPort(port);
    this.journal.enter({ kind: 'break', port });
    line.receiveBreak();
  }
  /**
   * What comes from the keyboards and pointers that are plugged in. Throws RangeError for an event that there cannot be,
   * or on a board where nothing can be plugged in.
   */
  sendInput(events: readonly InputEvent[]): void {
    const input = this.board.usb?.input;
    if (input === undefined) throw new RangeError(`board ${this.board.name} has no keyboards and pointers`);
    for (const event of events) {
      const misfit = inputShape.misfit(inputNumbers(event), 'input');
      if (misfit !== undefined) throw new RangeError(misfit);
    }
    this.journal.enter({ kind: 'events', events });
    for (const event of events) input.send(event);
  }
  /** Presses and releases the button that asks a guest to switch itself off; nothing where the board has none. */
  pressPowerButton(): void {
    if (this.board.pressPowerButton === undefined) return;
    this.journal.enter({ kind: 'button' });
    this.board.pressPowerButton();
  }

  /** The network of a name. Throws RangeError for one that there is not. */
  network(name: string): UserNetwork {
    const found = this.networks.find(({ id }) => id === name);
    if (found === undefined) throw new RangeError(`network ${name}: the machine has none of that name`);
    return found;
  }
  /**
   * Gives a network what has come from the host. The number of the connection that it accepts by that, 0 for all else.
   * Throws RangeError for a network that there is not.
   */
  enterNetwork(name: string, event: NetworkEvent): number {
    const network = this.network(name);
    this.journal.enter({ kind: 'network', network: name, event });
    return network.enter(event);
  }

  /** Answers a call for a file, `semihosting.request`. Throws RangeError for a core that waits for none. */
  answerSemihosting(core: number, answer: FileAnswer): void {
    const { semihosting } = this;
    if (semihosting?.request?.core !== core) throw new RangeError(`core ${core} waits for no file`);
    this.journal.enter({ kind: 'semihosting', core, ...answer });
    semihosting.answer(core, answer);
  }

  /** The board's serial ports, its console first; and the console of semihosting. */
  get serialPorts(): readonly SerialPort[] {
    const { semihosting } = this;
    return semihosting === undefined
      ? this.board.serialPorts
      : [...this.board.serialPorts, semihosting.console];
  }

  /** Bytes of the console's input that the guest has not taken yet. */
  get waitingInput(): number {
    return this.console.waiting;
  }
  /** Whether the guest attends to its console's input; what it is given before may be lost. */
  get listening(): boolean {
    return this.console.listening;
  }
  /** Whether the console's input could wake a core that waits. */
  get wakesOnInput(): boolean {
    return this.wakesOnInputAt(this.console.name);
  }
  /** Whether that of a serial port could. Throws RangeError for a port that there is not. */
  wakesOnInputAt(port: string): boolean {
    const { receivesByInterrupt } = this.serialPort(port);
    return receivesByInterrupt && this.cluster.cores.some(({ activity }) => activity !== 'off');
  }
  private serialPort(port: string): SerialPort {
    const line = this.serialPorts.find(({ name }) => name === port);
    if (line === undefined) throw new RangeError(`serial port ${port}: the board has none of that name`);
    return line;
  }
  /** Instructions executed so far, by all cores. */
  get instructions(): number {
    return this.cluster.instructions;
  }
  /** Virtual nanoseconds since the start. */
  get now(): number {
    return this.board.clock.now;
  }
  /** What is to be seen on the board's screen at present; undefined if it has none. */
  picture(): Picture | undefined {
    return this.board.display?.picture();
  }
  /** Whether every core waits for an interrupt. */
  get idle(): boolean {
    return this.cluster.idle;
  }
  /** Virtual ns that have passed while every core waited, since this object was made. */
  get idleTime(): number {
    return this.cluster.idleTime;
  }
  /** Virtual ns at which a timer or a device is due next, or Infinity. */
  get nextDeadline(): number {
    return this.cluster.nextDeadline;
  }
  /**
   * Moves virtual time forward to `ns`, as if the cores had stood still; an earlier time changes nothing. An input from
   * outside like console bytes: only `--clock host` uses it. Throws RangeError for one beyond 2^52 (52 days).
   */
  skipTo(ns: number): void {
    if (!(ns <= LATEST)) throw new RangeError(`time ${ns}: expected ns up to ${LATEST}`);
    if (ns <= this.now) return;
    this.journal.enter({ kind: 'skip', ns: Math.floor(ns) });
    this.cluster.skipTo(ns);
  }
  /** Instructions of a core to a second of virtual time: `options.instructionsPerSecond`, or what `setRate` has said. */
  get rate(): number {
    return this.cluster.rate;
  }
  /**
   * From the next turn on a core executes so many instructions to a second of virtual time, a whole number from 10^6 to
   * 10^10. An input from outside like console bytes: only `--clock host` uses it. Throws RangeError for another number.
   */
  setRate(rate: number): void {
    const misfit = rateShape.misfit(rate, `rate ${rate}`);
    if (misfit !== undefined) throw new RangeError(misfit);
    this.journal.enter({ kind: 'rate', rate });
    this.cluster.rate = rate;
  }
  /**
   * From now on a core takes no interrupts, or takes them again: for whoever steps through code. Throws RangeError for a
   * core that there is not.
   */
  holdInterrupts(core: number, held: boolean): void {
    const { interrupts } = this.coreAt(core).system;
    if (interrupts.held === held) return;
    this.journal.enter({ kind: 'hold', core, held });
    interrupts.held = held;
  }
  /** Whether the guest has switched the machine off. */
  get isOff(): boolean {
    return this.ended === 'powered off';
  }
  /** What a reset starts from: what the machine was last powered up with. */
  get firmware(): Firmware | undefined {
    return this.inUse;
  }
  /**
   * The registers of a core, and always of this one: whenever they are read or written, while the machine runs too, and
   * whichever core executes then. Throws RangeError for a core that there is not.
   */
  core(index: number): CoreRegisters {
    this.coreAt(index);
    return this.registers[index];
  }

  /**
   * A system register of a core by the manual's name (`VBAR_EL1`), 64 bits, without traps and effects; undefined for
   * one that is not implemented or cannot be read.
   */
  systemRegister(core: number, name: string): bigint | undefined {
    const { system } = this.coreAt(core);
    return this.cluster.whileActive(core, () => inspectRegister(system, name));
  }
  /** The highest exception level that the cores have. */
  get highestLevel(): Level {
    return highestLevel(this.board);
  }
  /** The exception level that a core is at. */
  exceptionLevel(core: number): number {
    return this.coreAt(core).level;
  }
  /**
   * Where a core's virtual address is in physical memory, by its MMU as it is now and at its exception level;
   * undefined where such an access would fault.
   */
  translate(core: number, virtual: bigint, access: Access = 'read'): number | undefined {
    const low = Number(BigInt.asIntN(32, virtual));
    const high = Number(BigInt.asIntN(32, virtual >> 32n));
    const { system, level } = this.coreAt(core);
    return this.cluster.whileActive(core, () => {
      const translation = system.lookUp(low, high, access, level);
      return translation.fault ? undefined : translation.physical;
    });
  }
  private coreAt(index: number): Core {
    const core = this.cluster.cores[index];
    if (core === undefined) throw new RangeError(`core ${index}: the machine has ${this.cores}`);
    return core;
  }
  /** A copy of bytes of RAM at a physical address; undefined if they are not all in RAM. */
  readMemory(address: number, length: number): Uint8Array | undefined {
    return this.board.bus.readBytes(address, length);
  }
  /** The word that a core would fetch at a physical address; undefined where no code can be. Disturbs nothing. */
  instructionAt(address: number): number | undefined {
    return this.board.bus.instruction(address);
  }
  /**
   * Puts bytes into RAM at a physical address; false, and nothing done, if they do not lie in RAM. Throws RangeError for
   * an address that is no whole number.
   */
  writeMemory(address: number, bytes: Uint8Array): boolean {
    if (!Number.isSafeInteger(address)) throw new RangeError(`address ${address}: expected a whole number`);
    this.journal.admit('memory');
    if (!this.board.bus.isRam(address, bytes.length)) return false;
    this.journal.enter({ kind: 'memory', address, bytes });
    return this.board.bus.writeBytes(address, bytes);
  }

  /** Everything but RAM's contents, as plain data. */
  save(): MachineState {
    const ended = this.ended ?? 'no';
    const networks = Object.fromEntries(this.networks.map((network) => [network.id, network.save()]));
    const semihosting = this.semihosting?.save() ?? null;
    return { cluster: this.cluster.save(), board: this.board.save(), networks, semihosting, ended };
  }
  /** What states of this machine look like. */
  get shape(): Shape<MachineState> {
    return record<MachineState>({
      cluster: this.cluster.shape,
      board: this.board.shape,
      networks: record(Object.fromEntries(this.networks.map(({ id, shape }) => [id, shape]))),
      semihosting: this.semihosting?.shape ?? nothing,
      ended: oneOf('no', ...ends),
    }).where('a turn that has begun', ({ cluster, board }) => cluster.turn.start <= board.clock.now);
  }
  /**
   * Takes back a state that `save` gave, and what a reset starts from. Throws ShapeError, with nothing taken, for one that
   * this machine cannot be in.
   */
  load(state: MachineState, firmware?: Firmware): void {
    this.journal.refuse('given another state');
    this.shape.check(state, 'state');
    this.inUse = firmware;
    this.board.load(state.board);
    this.cluster.load(state.cluster);
    for (const network of this.networks) network.load(state.networks[network.id]);
    if (state.semihosting !== null) this.semihosting?.load(state.semihosting);
    this.ended = state.ended === 'no' ? undefined : state.ended;
  }

  private get console(): SerialPort {
    return this.board.serialPorts[0];
  }

  /** Tells a message about the machine, if it has not been told yet. */
  log(message: string): void {
    if (this.messages.has(message)) return;
    this.messages.add(message);
    for (const hear of this.logged.all) hear(message);
  }

  // Power firmware.

  get cores(): number {
    return this.cluster.cores.length;
  }
  powerState(core: number): PowerState {
    return this.cluster.cores[core].activity === 'off' ? 'off' : 'on';
  }
  powerOn(core: number, entry: bigint, context: bigint): void {
    this.journal.refuseBetween(`given core ${core} between two runs`);
    const el = this.inUse?.cores[core].el ?? this.highestLevel;
    this.cluster.whileActive(core, () => this.cluster.powerOn(core, entry, el).setX(0, context));
  }
  powerOff(core: number): void {
    this.journal.refuseBetween(`rid of core ${core} between two runs`);
    this.cluster.cores[core].activity = 'off';
  }
  standby(core: number): void {
    this.journal.refuseBetween(`told to have core ${core} wait between two runs`);
    this.cluster.cores[core].waitForInterrupt();
  }
  systemOff(): void {
    this.journal.refuseBetween('powered off between two runs');
    this.end('powered off');
  }
  systemReset(): void {
    this.journal.refuseBetween('told to reset between two runs');
    this.end('reset');
  }
  private end(end: End): void {
    this.ended = end;
    this.stop();
  }
  /** A hosted kernel asks for a reset that starts something else, as every reset after it does. */
  resetInto(firmware: Firmware): void {
    this.inUse = firmware;
    this.systemReset();
  }

  /** What calls the power firmware at present. */
  private get conduit(): Conduit | undefined {
    const { psci } = this.board;
    return this.inUse === undefined ? psci : psciAbove(psci, this.inUse.cores[0].el);
  }

  private firmwareCall(core: number, conduit: Conduit): boolean {
    if (conduit !== this.conduit) return false;
    const { registers } = this.coreAt(core);
    const args = [registers.x(1), registers.x(2), registers.x(3)] as const;
    const call = { core, function: registers.x(0), arguments: args };
    const result = callPsci(this, call);
    for (const hear of this.firmwareCalled.all) hear(core, call, result);
    registers.setX(0, BigInt(result));
    return true;
  }
}
