/** The registers of a core by the names of `registers.ts`. */
import { inspectRegister, type Core } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import type { RegisterInfo, RegisterValues } from '../registers.js';

/** PSTATE.{N,Z,C,V} and {D,A,I,F} in SPSR: what can be written of it. The rest follows from where the core is. */
const NZCV = 0xf000_0000n;
const DAIF = 0x3c0n;

export class CoreRegisterValues implements RegisterValues {
  constructor(
    private readonly machine: Machine,
    private readonly core: number,
  ) {}

  read(register: RegisterInfo): bigint | undefined {
    return this.readAll([register])[0];
  }

  readAll(registers: readonly RegisterInfo[]): readonly (bigint | undefined)[] {
    const { cluster } = this.machine;
    // Once for all: a core's state may have to be fetched.
    return cluster.whileActive(this.core, () =>
      registers.map((each) => read(cluster.cores[this.core], each)),
    );
  }

  write({ name, group }: RegisterInfo, value: bigint): boolean {
    if (group === 'system') return false;
    const registers = this.machine.core(this.core);
    if (name !== 'cpsr') {
      registers.write(name, value);
      return true;
    }
    const present = this.pstate;
    if ((present & ~(NZCV | DAIF)) !== (value & ~(NZCV | DAIF))) return false;
    if ((present & NZCV) !== (value & NZCV)) registers.write('nzcv', value & NZCV);
    if ((present & DAIF) !== (value & DAIF)) registers.write('daif', value & DAIF);
    return true;
  }

  private get pstate(): bigint {
    const { cluster } = this.machine;
    return cluster.whileActive(this.core, () => pstateOf(cluster.cores[this.core]));
  }
}

function pstateOf({ system }: Core): bigint {
  return BigInt(system.pstate.spsr >>> 0);
}

function read(core: Core, { name, group }: RegisterInfo): bigint | undefined {
  if (group === 'system') return inspectRegister(core.system, name);
  const { state } = core;
  if (name === 'sp') return state.sp;
  if (name === 'pc') return state.pc;
  if (name === 'cpsr') return pstateOf(core);
  if (name === 'fpsr' || name === 'fpcr') return inspectRegister(core.system, name.toUpperCase());
  const number = Number(name.slice(1));
  return name.startsWith('x') ? state.x(number) : state.v(number);
}
