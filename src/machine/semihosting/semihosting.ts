/**
 * Semihosting: a program's calls to whoever debugs it, by HLT #0xF000 with the operation in W0 and its parameters at X1. Arm,
 * "Semihosting for AArch32 and AArch64", release 2.0, as QEMU 7.2 answers it.
 *
 * What the guest says and what can be known here is done within the instruction. Where a file of the host's is asked for, or
 * input that there is not yet, the core waits at the instruction: for `answer`, before anything else runs; or for input, at
 * which it executes the instruction again.
 */
import {
  flag,
  integer,
  Listeners,
  listOf,
  nullOr,
  record,
  text,
  type Cluster,
  type SemihostingCalls,
  type Shape,
} from '../../engine/index.js';
import type { PhysicalMap } from '../bus.js';
import { Call } from './call.js';
import { perform, type CallContext, type Result } from './calls.js';
import { SemihostingConsole } from './console.js';
import { failed, type FileAnswer, type FileRequest } from './files.js';
import { Guest, GuestFault } from './guest.js';
import { Handles, handlesShape, type Handle } from './handles.js';
import { Errno, MOST_ERRNO } from './operations.js';
import { CallError, complete, requestOf } from './requests.js';

/** How a machine has it. */
export type SemihostingConfiguration = {
  /** Whether programs at EL0 may call; from EL1 on all may. */
  userspace: boolean;
  /** What SYS_GET_CMDLINE tells. */
  commandLine: string;
  /** Whether the host has files for the guest: somebody answers `requests` then. */
  files: boolean;
};
const LONGEST_COMMAND_LINE = 65536;
export const semihostingShape: Shape<SemihostingConfiguration | null> = nullOr(
  record<SemihostingConfiguration>({
    userspace: flag,
    commandLine: text.where('a short line', (line) => line.length <= LONGEST_COMMAND_LINE),
    files: flag,
  }),
);

export type SemihostingState = { handles: Handle[]; errno: number; exitStatus: number; input: number[] };

/** The machine, as semihosting sees it. */
export interface SemihostingHost {
  readonly cluster: Cluster;
  readonly bus: PhysicalMap;
  readonly now: number;
  readonly epoch: number;
  readonly heap: CallContext['heap'];
  /** The physical address of a virtual one for a load by a core; undefined where that faults. */
  translate(core: number, virtual: bigint): number | undefined;
  /** Ends the machine for good. */
  exit(): void;
  stop(): void;
  log(message: string): void;
}

export class Semihosting implements SemihostingCalls {
  /** Hear of each call, by its core and operation, before it is done. */
  readonly called = new Listeners<(core: number, operation: number) => void>();
  readonly console = new SemihostingConsole(
    () => this.coresThat('waiting for input').length > 0,
    () => this.lookAgain(),
  );
  /** What the guest has left with: of SYS_EXIT, from 0 to 255. */
  exitStatus = 0;
  private readonly handles = new Handles();
  private readonly guest: Guest;
  private readonly context: CallContext;
  private errno = 0;

  constructor(
    private readonly configuration: SemihostingConfiguration,
    private readonly host: SemihostingHost,
  ) {
    this.guest = new Guest(host.cluster, host.bus, (core, virtual) => host.translate(core, virtual));
    this.context = this.makeContext();
  }

  private makeContext(): CallContext {
    const { host, handles, console } = this;
    const errno = (): number => this.errno;
    return {
      get errno() {
        return errno();
      },
      commandLine: new TextEncoder().encode(this.configuration.commandLine),
      get now() {
        return host.now;
      },
      epoch: host.epoch,
      get heap() {
        return host.heap;
      },
      open: (kind) => {
        const handle = handles.open(kind);
        if (handle === undefined) throw new CallError(Errno.EMFILE);
        return BigInt(handle);
      },
      close: (handle) => handles.close(Number(handle)),
      handle: (number) => {
        const found = handles.find(number);
        if (found === undefined) throw new CallError(Errno.EBADF);
        return found;
      },
      send: (bytes) => console.send(bytes),
      takeInput: (most) => console.take(most),
      exit: (status) => {
        this.exitStatus = status;
        host.exit();
      },
      log: (message) => host.log(message),
    };
  }

  takes(level: number): boolean {
    return level > 0 || this.configuration.userspace;
  }

  call(core: number): 'done' | 'waiting for input' | 'waiting for files' {
    const call = new Call(this.guest, core);
    for (const hear of this.called.all) hear(core, call.operation);
    const result = this.attempt(() => this.perform(call));
    if (result === 'input') return 'waiting for input';
    if (result === 'file') {
      this.host.stop();
      return 'waiting for files';
    }
    this.guest.registers(core).setX(0, result);
    return 'done';
  }

  private perform(call: Call): Result {
    const result = perform(this.context, call);
    if (result !== 'file') return result;
    // What cannot be asked is told at once.
    const request = requestOf(call, this.handles);
    if (this.configuration.files || request === undefined) return result;
    return complete(call, request, this.refused(), this.handles);
  }

  private refused(): FileAnswer {
    this.host.log('semihosting: the guest asks for a file of the host, of which it may have none');
    return failed(Errno.EACCES);
  }

  private attempt(act: () => Result): Result {
    try {
      return act();
    } catch (error) {
      if (error instanceof CallError) {
        this.errno = error.errno;
        return error.result;
      }
      if (!(error instanceof GuestFault)) throw error;
      this.errno = Errno.EFAULT;
      return -1n;
    }
  }

  /** What the host is to answer before anything runs; undefined if no core waits for that. */
  get request(): FileRequest | undefined {
    const [core] = this.coresThat('waiting for files');
    return core === undefined ? undefined : this.requestOf(new Call(this.guest, core.index));
  }

  /** Has a call return. Throws RangeError for a core that waits for no file. */
  answer(core: number, answer: FileAnswer): void {
    const waiting = this.coresThat('waiting for files').find(({ index }) => index === core);
    if (waiting === undefined) throw new RangeError(`core ${core} waits for no file`);
    const call = new Call(this.guest, core);
    const result = this.attempt(() => complete(call, this.requestOf(call), answer, this.handles));
    const registers = this.guest.registers(core);
    if (typeof result === 'bigint') registers.setX(0, result);
    registers.pc += 4n;
    waiting.activity = 'running';
  }

  /** What a waiting core asks for. Somebody may have changed its memory or registers meanwhile: then nothing is left to do. */
  private requestOf(call: Call): FileRequest {
    try {
      return requestOf(call, this.handles) ?? nothingToDo(call);
    } catch (error) {
      if (error instanceof GuestFault || error instanceof CallError) return nothingToDo(call);
      throw error;
    }
  }

  /** Input has come: those that wait for it look again. */
  private lookAgain(): void {
    for (const core of this.coresThat('waiting for input')) core.activity = 'running';
  }

  private coresThat(activity: 'waiting for input' | 'waiting for files') {
    return this.host.cluster.cores.filter((core) => core.activity === activity);
  }

  get shape(): Shape<SemihostingState> {
    return record<SemihostingState>({
      handles: handlesShape,
      errno: integer(0, MOST_ERRNO),
      exitStatus: integer(0, 255),
      input: listOf(integer(0, 255)),
    });
  }
  save(): SemihostingState {
    const { handles, errno, exitStatus, console } = this;
    return { handles: handles.save(), errno, exitStatus, input: console.save() };
  }
  load({ handles, errno, exitStatus, input }: SemihostingState): void {
    this.handles.load(handles);
    this.errno = errno;
    this.exitStatus = exitStatus;
    this.console.load(input);
  }
}

const nothingToDo = ({ core }: Call): FileRequest => ({ core, what: 'length', handle: 0 });
