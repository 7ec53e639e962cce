/**
 * The cores of a machine and the order in which they run.
 *
 * Virtual time advances with the instructions, on all cores at once, so many to a second: in a *turn* every core in order
 * executes up to the turn's length, then the clock moves by it. With one core a turn reaches to the next thing
 * that is due, and ends wherever a run ends; with several it is at most QUANTUM, so that they see each other's
 * stores soon enough, and can be left at any instruction and resumed later. So neither what happens nor the state
 * after so many instructions depends on the caller's limits.
 */
import type { Board } from './bus.js';
import { CODE_PAGE_SIZE, CodePages } from './code-pages.js';
import type { CoreModel } from './core-models.js';
import type { CoreSnapshot } from './core-snapshot.js';
import { Core, type CoreHost } from './core.js';
import { FASTEST_RATE, InstructionRate, rateShape, USUAL_RATE } from './instruction-rate.js';
import { keptBy, makeTier, statisticsOf, type EngineOptions } from './engines.js';
import { BUDGET, CORES_MAX, PC, RAM_OFFSET } from './layout.js';
import { MemoryAccess } from './memory-access.js';
import { GuestRam, type MemoryRange } from './ram.js';
import { count, integer, record, tuple, type Shape } from './shape.js';
import { CoreState } from './state.js';
import { Stops, type Marks } from './stops/index.js';
import { SystemCounter, type Level } from './system/index.js';
import type { Tier, TierHost } from './tier.js';
import type { KeptRegions } from './translator/kept-regions.js';
import type { TranslatorStatistics } from './translator/statistics.js';

/** Longest turn with several cores, in instructions. */
const QUANTUM = 10_000;
/** Slow cores have fewer in a turn, so that it lasts 100 us, but not so few that it does not pay. */
const LONGEST_TURN = 100_000;
const SHORTEST_QUANTUM = 5000;
/** Virtual ns, 52 days, up to which a state may have come: well below where numbers cease to count. */
export const LATEST = 2 ** 52;
/** Longest piece of work, so that budgets fit generated code's arithmetic. */
const LONGEST_PIECE = 50_000_000;

export interface ClusterOptions {
  /** 1 to 8. */
  readonly cores: number;
  readonly model: CoreModel;
  /** Whether EL2 exists, and EL3. */
  readonly el2: boolean;
  readonly el3: boolean;
  /** Instructions of a core to a second of virtual time, at first; 10^9 unless given. */
  readonly rate?: number;
  /** Of the system counter, in Hz. */
  readonly counterFrequency: number;
  /** Physical address of the interrupt controller, for CBAR_EL1. */
  readonly peripheralBase: number;
  /** Whether RAM that is Device memory takes unaligned accesses, and the stack pointer need not be aligned. */
  readonly laxAlignment?: boolean | undefined;
  /** Physical address and size of RAM in bytes, multiples of 64 KiB. */
  readonly ramBase: number;
  readonly ramSize: number;
  /** RAM that only Secure accesses reach, in the space of that. */
  readonly secureRam?: MemoryRange;
}

/** Why `run` returned. */
export type RunResult =
  /** The limit was reached, or `stop` was called. */
  | 'limit'
  | 'stopped'
  /** A core is where somebody wanted it to stop: `stops.reached` says why. */
  | 'break'
  /** Every core waits and nothing is due that could wake one. */
  | 'idle';

type Turn = {
  /** Virtual ns at which it began, what had passed of the next, and the rate of its instructions. */
  start: number;
  rest: number;
  rate: number;
  /** Instructions per core; 0 outside a turn. */
  length: number;
  /** Core whose turn it is, and how many instructions of it are done. */
  core: number;
  used: number;
  /** The latest time, in virtual ns, that a core has seen in it; 0 if none has looked. */
  seen: number;
};

export class Cluster implements CoreHost, TierHost {
  readonly memory: WebAssembly.Memory;
  readonly state: CoreState;
  readonly ram: GuestRam;
  readonly code = new CodePages();
  readonly cores: readonly Core[];
  readonly counter: SystemCounter;
  /** Where somebody outside wants the machine to stop. */
  readonly stops: Stops;
  private boardInUse: Board | undefined;
  private accessInUse: MemoryAccess | undefined;
  private tierInUse: Tier | undefined;
  private engineOptions: EngineOptions = {};
  private active: Core;
  private turn: Turn;
  /** `turn.rate`. */
  private turnRate: InstructionRate;
  private stopping = false;
  /** Instructions of a core to a second of virtual time in turns to come: SLOWEST_RATE to FASTEST_RATE. */
  rate: number;
  /** Virtual ns that have passed while every core waited, since this object was made: a measure, no state. */
  idleTime = 0;
  pieceLength = 0;
  /** Instructions executed by all cores. */
  instructions = 0;

  /** `tierOf` gives what executes instructions, where it is none of the engines. */
  constructor(
    options: ClusterOptions,
    private readonly tierOf?: (host: TierHost) => Tier,
  ) {
    if (options.cores < 1 || options.cores > CORES_MAX) throw new RangeError('a cluster has 1 to 8 cores');
    const pages = (RAM_OFFSET + options.ramSize + (options.secureRam?.size ?? 0)) / 65536;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.state = new CoreState(this.memory);
    this.ram = new GuestRam(this.memory, options.ramBase, options.ramSize, options.secureRam);
    const { rate = USUAL_RATE } = options;
    this.rate = rate;
    this.turnRate = new InstructionRate(rate);
    this.turn = { start: 0, length: 0, core: 0, used: 0, seen: 0, rate, rest: 0 };
    const counter = new SystemCounter(options.counterFrequency);
    this.counter = counter;
    this.cores = Array.from(
      { length: options.cores },
      (_, index) => new Core(this, { ...options, counter, index }),
    );
    this.active = this.cores[0];
    this.stops = new Stops(this);
    this.code.attach(this.ram);
    const { securePart } = this.ram;
    if (securePart !== undefined) this.code.attach(securePart);
    this.code.listen({ codeAdded: (page) => this.protect(page) });
    this.ram.onWrite = (offset, length) => this.code.changed(this.ram.physicalOf(offset), length);
  }

  /** What executes instructions. It is no state of the machine, and can be chosen until something has run. */
  set engine(options: EngineOptions) {
    if (this.tierInUse !== undefined) throw new Error('the engine is chosen before anything runs');
    this.engineOptions = options;
  }
  private get tier(): Tier {
    return (this.tierInUse ??= this.tierOf?.(this) ?? makeTier(this, this.engineOptions));
  }
  /** What the translator has done, if there is one and something has run. */
  get translation(): Readonly<TranslatorStatistics> | undefined {
    return this.tierInUse && statisticsOf(this.tierInUse);
  }
  /** What the translator leaves for the next run: see `RegionKeeper.keep`. */
  keptRegions(atEnd: boolean): KeptRegions | undefined {
    return this.tierInUse && keptBy(this.tierInUse, atEnd);
  }

  /** Lets no core store to a page of physical memory unseen. */
  private protect(page: number): void {
    const offset = this.ram.offsetOf(page * CODE_PAGE_SIZE);
    if (offset >= 0) for (const core of this.cores) core.tlb.protect(offset);
  }

  /** Joins the cluster to its machine; once, before anything runs. */
  connect(board: Board): void {
    this.boardInUse = board;
    this.accessInUse = new MemoryAccess(this.state, this.ram, this.code, board.bus);
    board.clock.onDeadlineChange = () => this.active.requestAttention();
  }
  get board(): Board {
    if (this.boardInUse === undefined) throw new Error('the cluster is not connected to a board');
    return this.boardInUse;
  }
  get access(): MemoryAccess {
    if (this.accessInUse === undefined) throw new Error('the cluster is not connected to a board');
    return this.accessInUse;
  }

  /** The core whose turn it is. */
  get executing(): Core {
    return this.active;
  }
  forgetFetches(): void {
    for (const core of this.cores) core.tlb.flushExecute();
  }

  /** Instructions executed by all cores up to the one that is being executed. */
  get instructionsNow(): number {
    if (this.pieceLength === 0) return this.instructions;
    const core = this.cores[this.turn.core];
    return this.instructions + core.instructions() - core.executed;
  }

  get marks(): Marks {
    return this.stops.marks;
  }
  /** Empties the TLBs of all cores. */
  forgetTranslations(): void {
    for (const core of this.cores) core.tlb.flush();
  }

  /** Number of the core whose state is in memory. */
  get activeIndex(): number {
    return this.active.index;
  }

  /** Makes a core's state the one in memory. Reading or writing a core's registers needs this. */
  activate(core: Core): CoreState {
    if (core !== this.active) {
      this.active.deactivate();
      this.active = core;
    }
    core.activate();
    return this.state;
  }

  /** Does something with a core's state in memory, and brings back the state that was there. */
  whileActive<T>(index: number, act: () => T): T {
    const { active, pieceLength } = this;
    this.pieceLength = 0;
    this.activate(this.cores[index]);
    try {
      return act();
    } finally {
      this.activate(active);
      this.pieceLength = pieceLength;
    }
  }

  /** Virtual ns that a core has come to, as long as it does not execute: in a turn, the cores before are ahead. */
  timeOf(index: number): number {
    const { length, core, used } = this.turn;
    if (length === 0) return this.board.clock.now;
    return this.timeInTurn(index < core ? length : index > core ? 0 : used);
  }
  /** Virtual ns at which the core whose turn it is has executed so many instructions of its present piece. */
  timeInPiece(instructions: number): number {
    return this.timeInTurn(this.turn.used + instructions);
  }
  /** That after so many instructions of the turn. */
  private timeInTurn(instructions: number): number {
    const { start, rest } = this.turn;
    return start + this.turnRate.elapsed(instructions, rest);
  }
  /** Instructions of the turn after which it is `ns`, or as many as can be counted exactly. */
  private turnUntil(ns: number): number {
    const { start, rest } = this.turn;
    return this.turnRate.needed(ns - start, rest);
  }

  /**
   * In a turn the cores execute one after another, each from the turn's start. What one has done is there for those
   * that follow, so their clocks must not show an earlier time than it saw.
   */
  get latestSeen(): number {
    return this.turn.seen;
  }
  set latestSeen(time: number) {
    this.turn.seen = time;
  }

  /** Starts a core at an address and level, as after a reset. */
  powerOn(index: number, pc: bigint, el: 0 | Level): CoreState {
    const core = this.cores[index];
    const state = this.activate(core);
    core.system.reset(pc, el);
    core.contextChanged();
    core.tlb.flush();
    core.activity = 'running';
    return state;
  }

  /** Ends `run` before the next instruction. */
  stop(): void {
    this.stopping = true;
    this.active.requestAttention();
  }

  /** Whether every core waits. */
  get idle(): boolean {
    for (const core of this.cores) if (core.runnable) return false;
    return true;
  }
  /** Virtual ns at which something is due, or Infinity. */
  get nextDeadline(): number {
    let due = this.board.clock.deadline;
    for (const core of this.cores) due = Math.min(due, core.system.nextDeadline());
    return due;
  }
  /** Moves time on to `ns`, for all cores alike: what is left of a turn comes later by as much. */
  skipTo(ns: number): void {
    const { clock } = this.board;
    const skipped = Math.floor(ns) - clock.now;
    if (skipped <= 0) return;
    if (this.turn.length > 0) this.turn.start += skipped;
    clock.advanceTo(clock.now + skipped);
  }

  signalEvents(sender: Core): boolean {
    const awaited = this.cores.some((core) => core !== sender && !core.system.hasEvent);
    for (const core of this.cores) core.system.signalEvent();
    return awaited;
  }

  /**
   * Runs until `instructions` have been executed by all cores together, or the clock has reached `until`
   * (virtual ns), or `stop` is called, or nothing can happen any more.
   */
  run(instructions: number, until = Infinity): RunResult {
    this.stopping = false;
    this.stops.begin(this.cores);
    const result = this.runTurns(this.instructions + instructions, until);
    if (this.cores.length === 1 && this.turn.length > 0) this.endTurn(this.turn.used);
    return result;
  }

  /** Limits are looked at before anything that belongs to the next instruction, such as a timer that is due. */
  private runTurns(end: number, until: number): RunResult {
    const { clock } = this.board;
    for (;;) {
      if (this.stops.reached !== undefined) return 'break';
      if (this.stopping) return 'stopped';
      if (this.instructions >= end) return 'limit';
      if (this.turn.length === 0) {
        if (clock.now >= until) return 'limit';
        if (!this.beginTurn(until)) return 'idle';
        continue;
      }
      const core = this.cores[this.turn.core];
      if (this.turn.used >= this.turn.length || !core.runnable) this.nextCore();
      else this.execute(core, end - this.instructions);
    }
  }

  /** Opens a turn, or moves the clock on if every core waits. False if there is nothing to wait for. */
  private beginTurn(until: number): boolean {
    const { clock } = this.board;
    clock.advanceTo(clock.now);
    for (const core of this.cores) {
      if (core.system.nextDeadline() > clock.now) continue;
      this.activate(core);
      core.system.updateLines(true);
    }
    const due = this.nextDeadline;
    if (this.idle) {
      if (due === Infinity && until === Infinity) return false;
      const wake = Math.min(due, until);
      this.idleTime += wake - clock.now;
      clock.advanceTo(wake);
      return true;
    }
    this.turn.start = clock.now;
    this.takeRate();
    // The caller's limit must not change the order of several cores, so then it is looked at between turns.
    const longest = this.cores.length === 1 ? this.turnUntil(until) : this.quantum;
    const length = Math.min(this.turnUntil(due), longest, LONGEST_PIECE, this.turnRate.longest);
    this.turn.length = Math.max(1, length);
    return true;
  }

  /** A turn begins: another rate begins with a whole nanosecond. */
  private takeRate(): void {
    const { turn, rate } = this;
    if (turn.rate === rate) return;
    turn.rate = rate;
    turn.rest = 0;
    this.turnRate = new InstructionRate(rate);
  }

  /** Instructions of each of several cores in a turn that nothing ends earlier. */
  private get quantum(): number {
    return Math.min(QUANTUM, Math.max(SHORTEST_QUANTUM, this.turnRate.needed(LONGEST_TURN, 0)));
  }

  private nextCore(): void {
    const { turn } = this;
    this.cores[turn.core].yielded = false;
    turn.core += 1;
    turn.used = 0;
    if (turn.core === this.cores.length) this.endTurn(turn.length);
  }

  /**
   * Moves the clock to where the turn ends, `length` instructions after its start. The rate, and what has passed of the last
   * ns, remain.
   */
  private endTurn(length: number): void {
    const { turn } = this;
    this.board.clock.advanceTo(this.timeInTurn(length));
    turn.rest = this.turnRate.restAfter(length, turn.rest);
    turn.start = turn.length = turn.core = turn.used = turn.seen = 0;
  }

  /** Executes a piece of a core's turn, at most `most` instructions. */
  private execute(core: Core, most: number): void {
    const { turn, state } = this;
    this.activate(core);
    this.pieceLength = 0;
    state.setLow(BUDGET, 0);
    // A hosted kernel at work takes no interrupts.
    if (core.owed === 0) {
      if (core.system.nextDeadline() <= this.timeInPiece(0)) core.system.updateLines(true);
      if (core.takeInterrupts() && this.stops.interrupted(core)) return;
    }
    if (core.owed > 0) {
      const paid = Math.min(core.owed, turn.length - turn.used, most);
      core.owed -= paid;
      return this.endPiece(core, paid);
    }
    if (this.stops.endsBefore(core)) return;
    const slow = core.system.needsSlowStepping();
    const single = slow || this.stops.isSingle(core.index);
    const due = Math.max(1, this.turnUntil(core.system.nextDeadline()) - turn.used);
    const length = single ? 1 : Math.min(turn.length - turn.used, most, due);
    this.pieceLength = length;
    state.setLow(BUDGET, length);
    core.prepare();
    if (single) this.stops.pieceBegins(core);
    if (slow) this.step(core);
    else this.tier.run();
    const done = length - state.low(BUDGET);
    this.pieceLength = 0;
    state.setLow(BUDGET, 0);
    this.endPiece(core, done);
    this.stops.pieceEnded(core, done);
  }

  private step(core: Core): void {
    if (core.system.beforeInstruction()) {
      this.state.setLow(BUDGET, 0);
      return;
    }
    const word = this.wordAt(core);
    this.tier.run();
    // Unless it is where the machine stops.
    if (this.state.low(BUDGET) === 0) core.system.afterInstruction(word);
  }

  /** The instruction word at PC; 0 if it cannot be fetched. */
  private wordAt(core: Core): number {
    const { state, code } = this;
    const { fault, physical } = core.system.translate(state.low(PC), state.high(PC), 'execute', core.level);
    return fault ? 0 : (code.memoryAt(physical)?.instruction(physical) ?? 0);
  }

  /**
   * Counts the instructions of a piece. A core that waits or yields has no use for the rest of its turn; alone, it ends
   * the turn there.
   */
  private endPiece(core: Core, done: number): void {
    const { turn } = this;
    turn.used += done;
    core.executed += done;
    this.instructions += done;
    const { clock } = this.board;
    if (this.cores.length === 1) {
      core.yielded = false;
      const end =
        core.activity === 'running' ? Math.min(turn.length, this.turnUntil(clock.deadline)) : turn.used;
      turn.length = Math.max(turn.used, end);
    } else if (core.yielded) {
      turn.used = turn.length;
    }
  }

  // Snapshots: everything but RAM's contents.

  save(): ClusterState {
    return {
      instructions: this.instructions,
      rate: this.rate,
      turn: { ...this.turn },
      cores: this.cores.map((core) => this.whileActive(core.index, () => core.save())),
    };
  }

  get shape(): Shape<ClusterState> {
    const turn = record<Turn>({
      start: integer(0, LATEST),
      rest: integer(0, FASTEST_RATE),
      rate: rateShape,
      length: integer(0, LONGEST_PIECE),
      core: integer(0, this.cores.length - 1),
      used: integer(0, LONGEST_PIECE),
      seen: integer(0, LATEST),
    });
    return record<ClusterState>({
      instructions: count,
      rate: rateShape,
      turn: turn.where('a turn that can be', ({ start, rest, rate: perSecond, length, used, seen }) => {
        const rate = new InstructionRate(perSecond);
        const isExact = rest < rate.instructions && length <= rate.longest;
        return isExact && used <= length && seen <= start + rate.elapsed(length, rest);
      }),
      cores: tuple<CoreSnapshot[]>(...this.cores.map((core) => core.shape)),
    });
  }

  /** Takes a state of a cluster with as many cores, which is of the shape. Caches start empty. */
  load(state: ClusterState): void {
    this.code.dropAll();
    this.instructions = state.instructions;
    this.rate = state.rate;
    this.turn = { ...state.turn };
    this.turnRate = new InstructionRate(state.turn.rate);
    for (const [i, core] of this.cores.entries()) {
      this.activate(core);
      core.load(state.cores[i]);
    }
  }
}

export type ClusterState = {
  instructions: number;
  rate: number;
  turn: Turn;
  cores: CoreSnapshot[];
};
