/** Runs cases on one executor, and says in what state of core and memory each has ended. */
import type { CoreSnapshot } from '../../src/engine/core-snapshot.js';
import type { Cluster, RunResult, Tier, TierHost } from '../../src/engine/index.js';
import { STATE_BEGIN, STATE_END } from '../../src/engine/layout.js';
import { storedRegisters } from '../../src/engine/system/stored-registers.js';
import { writeAddressSpace } from '../cases/address-space.js';
import { CaseMachine } from '../cases/case-machine.js';
import { CODE_BYTES, DATA_BYTES, PAD_WORD, PAGE, physical, VECTORS_OFFSET, WINDOW } from '../cases/layout.js';
import type { TestCase } from '../cases/test-case.js';

/** A case with what its data pages hold. */
export interface LockstepCase {
  readonly test: TestCase;
  readonly data: Uint8Array;
}

/** How a run has ended. */
export interface RunState {
  readonly reason: RunResult;
  readonly core: CoreSnapshot;
  readonly data: Uint8Array;
}

/** Instructions that a case may take. */
export const LONGEST_CASE = 150;
/** Virtual ns that a case may take, and that none of them goes back before. */
const CASE_TIME = 1_000_000;

/** Entries of the vector tables of EL1 and EL2: HVC, at which a run ends. */
const HVC = 0xd400_0002;
const VECTORS = WINDOW + BigInt(VECTORS_OFFSET);
const isInVectors = (pc: bigint): boolean => pc >= VECTORS && pc < VECTORS + BigInt(PAGE);

const padding = (word: number, bytes: number) => new Uint8Array(new Uint32Array(bytes / 4).fill(word).buffer);
const CODE_PADDING = padding(PAD_WORD, CODE_BYTES);

/** Registers that what the TLB holds depends on; each of their changes empties it. */
const ofTlb = [...storedRegisters.values()].filter(({ name }) =>
  /^(SCTLR|TCR|TTBR[01]|MAIR|VTCR|VTTBR|HCR|MDSCR|DBGW[VC]R\d)_EL[12]$/.test(name),
);

export class Runner {
  private readonly machine: CaseMachine;
  private cases = 0;
  /** What `restart` goes back to. */
  private readonly first = new Uint8Array(STATE_END - STATE_BEGIN);
  private firstSystem: CoreSnapshot['system'] | undefined;
  private firstData: Uint8Array = new Uint8Array(DATA_BYTES);

  /** The interpreter's, unless given another executor. */
  constructor(tierOf?: (host: TierHost) => Tier) {
    this.machine = new CaseMachine({
      // Up to what lies behind the data pages.
      ramSize: physical.data + 0x1_0000 - physical.ram,
      ...(tierOf === undefined ? {} : { tierOf }),
      firmwareCall: (_core, conduit) => {
        // PC is behind the instruction.
        if (conduit !== 'hvc' || !isInVectors(this.cluster.state.pc - 4n)) return false;
        this.cluster.stop();
        return true;
      },
    });
    const tables = new Uint8Array(physical.code - physical.ram);
    writeAddressSpace(new DataView(tables.buffer));
    this.machine.place([
      { address: physical.ram, bytes: tables },
      { address: physical.vectors & ~(PAGE - 1), bytes: padding(HVC, PAGE) },
      { address: physical.code, bytes: CODE_PADDING },
    ]);
  }

  private get cluster(): Cluster {
    return this.machine.cluster;
  }

  /** Brings everything to where the case begins, with nothing in the TLB. */
  start({ test, data }: LockstepCase): void {
    const { machine, cluster } = this;
    const { state } = cluster;
    this.cases += 1;
    const words = new Uint8Array(Uint32Array.from(test.words).buffer);
    const at = Number(test.get('pc') & BigInt(CODE_BYTES - 1));
    const code = CODE_PADDING.slice();
    code.set(words.subarray(0, CODE_BYTES - at), at & ~3);
    machine.place([{ address: physical.code, bytes: code }]);
    this.firstData = data;
    state.u8.fill(0, STATE_BEGIN, STATE_END);
    cluster.powerOn(0, 0n, 2);
    machine.setTranslation();
    machine.writeRegister('VBAR_EL2', VECTORS);
    machine.enter(test);
    this.begin();
    this.firstSystem = cluster.cores[0].system.save();
    this.first.set(state.u8.subarray(STATE_BEGIN, STATE_END));
  }

  /** Goes back there, with the TLB as the case has left it, if that still holds. */
  restart(): void {
    const { state, cores } = this.cluster;
    const values = (): string => ofTlb.map((register) => state.get64(register)).join();
    const last = values();
    state.u8.set(this.first, STATE_BEGIN);
    if (values() !== last) cores[0].tlb.flush();
    this.begin();
    if (this.firstSystem !== undefined) cores[0].system.load(this.firstSystem);
  }

  private begin(): void {
    const { machine, cluster } = this;
    const [core] = cluster.cores;
    machine.now = this.cases * CASE_TIME;
    machine.place([{ address: physical.data, bytes: this.firstData }]);
    core.activity = 'running';
    core.executed = 0;
  }

  /** Executes at most so many instructions. */
  run(instructions: number): RunState {
    const { cluster, machine } = this;
    const reason = cluster.run(instructions);
    return { reason, core: cluster.cores[0].save(), data: machine.read(physical.data, DATA_BYTES) };
  }

  /** Everything in RAM, but where cases are put. */
  get surroundings(): Uint8Array {
    return this.machine.read(physical.ram, physical.code - physical.ram);
  }
}
