/** The least machine that runs test cases on our cores: one core with EL2, RAM, a clock, nothing else. */
import { Cluster, coreModels, type Board, type Tier, type TierHost } from '../../src/engine/index.js';
import { Interpreter } from '../../src/engine/interpreter/interpreter.js';
import { emptyBoard } from '../../src/engine/test-cluster.js';
import { registerNamed, type SystemRegister } from '../../src/isa/index.js';
import { translationRegisters } from './address-space.js';
import { physical } from './layout.js';
import type { CaseRegister, TestCase } from './test-case.js';

/** Bytes to be placed at a physical address. */
export interface Placement {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface CaseMachineOptions {
  /** Bytes of RAM, a multiple of 64 KiB. */
  readonly ramSize: number;
  /** What executes instructions: the interpreter, unless given. */
  readonly tierOf?: (host: TierHost) => Tier;
  /** Called for HVC and SMC; true if it was a call of the machine's firmware. */
  readonly firmwareCall: Board['firmwareCall'];
}

const ERET = 0xd69f_03e0;

/** Registers that a case gives; HCR_EL2 and SCTLR_EL2 last. */
const givenRegisters: readonly (readonly [register: string, field: CaseRegister])[] = [
  ['SP_EL0', 'spEl0'],
  ['SP_EL1', 'spEl1'],
  ['ELR_EL2', 'pc'],
  ['SPSR_EL2', 'spsr'],
  ['SCTLR_EL1', 'sctlrEl1'],
  ['CPACR_EL1', 'cpacrEl1'],
  ['MDSCR_EL1', 'mdscrEl1'],
  ['MDCR_EL2', 'mdcrEl2'],
  ['DBGBVR0_EL1', 'dbgbvr0'],
  ['DBGBCR0_EL1', 'dbgbcr0'],
  ['DBGWVR0_EL1', 'dbgwvr0'],
  ['DBGWCR0_EL1', 'dbgwcr0'],
  ['ELR_EL1', 'elrEl1'],
  ['SPSR_EL1', 'spsrEl1'],
  ['FPCR', 'fpcr'],
  ['FPSR', 'fpsr'],
  ['CPTR_EL2', 'cptrEl2'],
  ['HCR_EL2', 'hcrEl2'],
  ['SCTLR_EL2', 'sctlrEl2'],
];

export class CaseMachine {
  readonly cluster: Cluster;
  /** What the engine logged, each message once. */
  readonly messages = new Set<string>();
  private readonly board: Board;

  constructor({ ramSize, tierOf = (host) => new Interpreter(host), firmwareCall }: CaseMachineOptions) {
    const options = {
      cores: 1,
      model: coreModels['cortex-a53'],
      el2: true,
      el3: false,
      counterFrequency: 62_500_000,
      peripheralBase: 0x0800_0000,
      ramBase: physical.ram,
      ramSize,
    };
    this.cluster = new Cluster(options, tierOf);
    this.board = {
      ...emptyBoard(),
      hasSmcFirmware: () => true,
      firmwareCall,
      log: (message) => this.messages.add(message),
    };
    this.cluster.connect(this.board);
  }

  /** Virtual ns. */
  set now(ns: number) {
    this.board.clock.advanceTo(ns);
  }

  place(placements: readonly Placement[]): void {
    for (const { address, bytes } of placements) this.cluster.ram.write(address - physical.ram, bytes);
  }
  /** A copy of `length` bytes at a physical address. */
  read(address: number, length: number): Uint8Array {
    return this.cluster.ram.read(address - physical.ram, length);
  }

  /** Writes a system register by MSR. The core must be at EL2; X0 is overwritten. */
  writeRegister(name: string, value: bigint): void {
    const { state, cores } = this.cluster;
    state.setX(0, value);
    cores[0].system.system((0xd500_0000 | operandBits(registerOf(name))) >>> 0);
  }
  /** Reads a system register by MRS. The core must be at EL2; X0 is overwritten. */
  readRegister(name: string): bigint {
    const { state, cores } = this.cluster;
    cores[0].system.system((0xd520_0000 | operandBits(registerOf(name))) >>> 0);
    return state.x(0);
  }

  /** Lets the core, at EL2, translate by the tables of `writeAddressSpace`, with debug exceptions as they are given. */
  setTranslation(): void {
    for (const [register, value] of translationRegisters) this.writeRegister(register, value);
    this.writeRegister('OSLAR_EL1', 0n);
  }

  /** Loads a case's state and returns from EL2 to its first instruction. */
  enter(test: TestCase): void {
    const { state, cores } = this.cluster;
    for (const [register, field] of givenRegisters) this.writeRegister(register, test.get(field));
    state.sp = test.get('spEl2');
    for (let i = 0; i < 31; i++) state.setX(i, test.x(i));
    for (let i = 0; i < 32; i++) state.setV(i, (test.v(i, 1) << 64n) | test.v(i, 0));
    cores[0].system.exceptionReturn(ERET);
  }
}

function operandBits({ op0, op1, CRn, CRm, op2 }: SystemRegister): number {
  return (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
}

function registerOf(name: string): SystemRegister {
  const register = registerNamed(name);
  if (register === undefined) throw new RangeError(`no system register '${name}'`);
  return register;
}
