/**
 * Tells what happens in a machine while it happens. Nobody listens: the machine has no listeners and spends
 * nothing. Listening changes nothing in the machine, so a run with listeners is the run without them.
 */
import {
  inspectRegister,
  Listeners,
  type Core,
  type CoreListener,
  type Translation,
} from '../engine/index.js';
import { disassemble } from '../isa/index.js';
import {
  psciFunctionName,
  type BusListener,
  type InterruptListener,
  type Machine,
  type PsciListener,
} from '../machine/index.js';
import { kernelOf } from '../zircon/index.js';
import { kernelCategories } from './kernel/events.js';
import { KernelWatch } from './kernel/listen.js';
import { setsFaultAddress } from './exception-names.js';
import {
  eventCategories,
  type EventCategory,
  type EventPlace,
  type ExceptionKind,
  type MachineEvent,
} from './events.js';

type Hear = (event: MachineEvent) => void;
type Listener = { readonly categories: ReadonlySet<EventCategory>; readonly hear: Hear };
/** An event without its place, for each kind of event. */
type Content = MachineEvent extends infer E ? (E extends MachineEvent ? Omit<E, 'at'> : never) : never;

/** System registers that decide how addresses are translated. */
const translationRegisters = new Set(
  [
    'SCTLR_EL1 TCR_EL1 TTBR0_EL1 TTBR1_EL1 MAIR_EL1 CONTEXTIDR_EL1',
    'SCTLR_EL2 TCR_EL2 TTBR0_EL2 MAIR_EL2 HCR_EL2 VTCR_EL2 VTTBR_EL2',
  ].flatMap((names) => names.split(' ')),
);

const kinds: readonly ExceptionKind[] = ['synchronous', 'IRQ', 'FIQ', 'SError'];

const join = (low: number, high: number): bigint =>
  BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));

const nothing = (): void => {};
const deaf: CoreListener = {
  exceptionTaken: nothing,
  exceptionReturned: nothing,
  translated: nothing,
  translationFailed: nothing,
  registerWritten: nothing,
  operationDone: nothing,
  lineChanged: nothing,
};

const logs = new WeakMap<Machine, EventLog>();

export class EventLog {
  private readonly listeners = new Listeners<Listener>();
  /** What takes the log's own listeners off the machine. */
  private attached: (() => void)[] = [];
  private wanted: ReadonlySet<EventCategory> = new Set();

  private constructor(private readonly machine: Machine) {}

  /** The log of a machine: there is one of each. */
  static of(machine: Machine): EventLog {
    const log = logs.get(machine) ?? new EventLog(machine);
    logs.set(machine, log);
    return log;
  }

  /** Hears the events of these categories, all of them unless given. Call the result to hear no more. */
  listen(hear: Hear, categories: readonly EventCategory[] = eventCategories): () => void {
    const leave = this.listeners.add({ categories: new Set(categories), hear });
    this.attach();
    return () => {
      leave();
      this.attach();
    };
  }

  /** Listens to those parts of the machine of which somebody wants to hear. */
  private attach(): void {
    const { machine } = this;
    const { bus, interrupts } = machine.board;
    for (const leave of this.attached) leave();
    this.wanted = new Set(this.listeners.all.flatMap(({ categories }) => [...categories]));
    const wants = (...categories: EventCategory[]) => categories.some((each) => this.wanted.has(each));
    this.attached = [
      ...(wants('exceptions', 'mmu', 'interrupts') ? this.listenToCores() : []),
      ...(wants('psci') ? [machine.firmwareCalled.add((...call) => this.psci(...call))] : []),
      ...(wants('interrupts') ? [interrupts.listeners.add(this.interruptListener())] : []),
      ...(wants('devices') ? [bus.listeners.add(this.busListener())] : []),
      ...(wants(...kernelCategories) ? this.listenToKernel() : []),
    ];
  }

  private listenToCores(): (() => void)[] {
    return this.machine.cluster.cores.map((core) => core.system.listeners.add(this.coreListener(core)));
  }

  private listenToKernel(): (() => void)[] {
    const { machine } = this;
    const kernel = kernelOf(machine);
    if (kernel === undefined) return [];
    // By the time of an event another kernel may have taken its place, and its listeners.
    const watch = new KernelWatch(machine, (category, event) =>
      this.tell(category, kernelOf(machine)?.activeCore, event, false),
    );
    return [kernel.listeners.add(watch), kernel.vm.listeners.add(watch)];
  }

  private tell(category: EventCategory, core: number | undefined, content: Content, hasLevel = true): void {
    if (!this.wanted.has(category)) return;
    const { cluster } = this.machine;
    const at: EventPlace = {
      instructions: cluster.instructionsNow,
      time: core === undefined ? this.machine.now : cluster.cores[core].now(),
      core,
      level: hasLevel && core !== undefined ? cluster.cores[core].level : undefined,
    };
    for (const { categories, hear } of this.listeners.all) {
      if (categories.has(category)) hear({ at, ...content });
    }
  }

  /** Hears of what somebody wants to hear of; the rest, of which there may be millions, costs next to nothing. */
  private coreListener(core: Core): CoreListener {
    const hears = (category: EventCategory): boolean => this.wanted.has(category);
    return {
      ...deaf,
      ...(hears('exceptions') && this.exceptionListener(core)),
      ...(hears('mmu') && this.translationListener(core)),
      ...(hears('interrupts') && {
        lineChanged: (line, level) =>
          this.tell('interrupts', core.index, { type: 'interrupt line', line, level }, false),
      }),
    };
  }

  private exceptionListener(core: Core): Pick<CoreListener, 'exceptionTaken' | 'exceptionReturned'> {
    const { index, system } = core;
    const read = (name: string) => inspectRegister(system, name) ?? 0n;
    return {
      exceptionTaken: (from, to, vector) => {
        const kind = kinds[(vector >> 7) & 3];
        const hasSyndrome = kind === 'synchronous' || kind === 'SError';
        const syndrome = hasSyndrome ? Number(read(`ESR_EL${to}`)) : undefined;
        const hasAddress = syndrome !== undefined && setsFaultAddress(syndrome);
        this.tell('exceptions', index, {
          type: 'exception',
          kind,
          from,
          to,
          vector,
          returnAddress: read(`ELR_EL${to}`),
          syndrome,
          faultAddress: hasAddress ? read(`FAR_EL${to}`) : undefined,
        });
      },
      exceptionReturned: (from) =>
        this.tell('exceptions', index, {
          type: 'exception return',
          from,
          to: core.level,
          address: system.state.pc,
        }),
    };
  }

  private translationListener({ index }: Core): Partial<CoreListener> {
    return {
      translated: (low, high, access, el, translation) =>
        this.tell('mmu', index, {
          type: 'translation',
          access,
          for: el,
          virtual: join(low, high),
          physical: translation.physical,
          pageSize: translation.pageSize,
          permissions: permissions(translation),
          global: !translation.notGlobal,
        }),
      translationFailed: (low, high, access, { stage2, status }) =>
        this.tell('mmu', index, {
          type: 'translation fault',
          access,
          virtual: join(low, high),
          stage: stage2 ? 2 : 1,
          status,
        }),
      registerWritten: (register, low, high) => {
        if (!translationRegisters.has(register)) return;
        this.tell('mmu', index, { type: 'register write', register, value: join(low, high) });
      },
      operationDone: (word, low, high) => {
        const operation = disassemble(word)?.split(',')[0];
        if (operation?.startsWith('tlbi') !== true) return;
        this.tell('mmu', index, { type: 'TLB maintenance', operation, value: join(low, high) });
      },
    };
  }

  private readonly psci: PsciListener = (core, call, result) =>
    this.tell('psci', core, {
      type: 'PSCI',
      function: Number(BigInt.asUintN(32, call.function)),
      name: psciFunctionName(call.function),
      arguments: call.arguments,
      result,
    });

  private interruptListener(): InterruptListener {
    const { interrupts } = this.machine.board;
    const named = (intid: number) => ({ intid, kind: interrupts.kindOf(intid) });
    return {
      inputChanged: (intid, of, level) =>
        this.tell('interrupts', undefined, { type: 'interrupt input', ...named(intid), of, level }),
      acknowledged: (core, intid) =>
        this.tell('interrupts', core, { type: 'interrupt active', ...named(intid) }),
      deactivated: (core, intid) =>
        this.tell('interrupts', core, { type: 'interrupt inactive', ...named(intid) }),
    };
  }

  private busListener(): BusListener {
    const { bus } = this.machine.board;
    return {
      deviceAccessed: (device, offset, size, write, value) =>
        this.tell('devices', bus.initiator, {
          type: write ? 'device write' : 'device read',
          device,
          offset,
          size,
          value,
        }),
    };
  }
}

function permissions({ read, write, execute }: Translation): string {
  return (read ? 'r' : '-') + (write ? 'w' : '-') + (execute ? 'x' : '-');
}
