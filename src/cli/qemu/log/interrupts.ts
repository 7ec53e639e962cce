/** `-d int`: exceptions, returns from them and firmware calls, in the lines of QEMU 7.2 (target/arm/helper.c). */
import { inspectRegister } from '../../../engine/index.js';
import type { Machine } from '../../../machine/index.js';
import { EventLog, type MachineEvent } from '../../../observe/index.js';

type ExceptionEvent = Extract<MachineEvent, { readonly type: 'exception' }>;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** QEMU's number and name of an exception. */
type Name = readonly [number: number, name: string];
const UNDEFINED: Name = [1, 'Undefined Instruction'];
const PREFETCH_ABORT: Name = [3, 'Prefetch Abort'];
const DATA_ABORT: Name = [4, 'Data Abort'];
const HYPERVISOR_CALL: Name = [11, 'Hypervisor Call'];
const MONITOR_CALL: Name = [13, 'Secure Monitor Call'];
const SEMIHOSTING_CALL: Name = [16, 'Semihosting call'];
/** By exception class, where it is not `UNDEFINED`. */
const byClass: Readonly<Record<number, Name>> = {
  0x15: [2, 'SVC'],
  0x16: HYPERVISOR_CALL,
  0x17: MONITOR_CALL,
  ...{ 0x20: PREFETCH_ABORT, 0x21: PREFETCH_ABORT, 0x22: PREFETCH_ABORT },
  ...{ 0x30: PREFETCH_ABORT, 0x31: PREFETCH_ABORT },
  ...{ 0x24: DATA_ABORT, 0x25: DATA_ABORT, 0x34: DATA_ABORT, 0x35: DATA_ABORT },
  0x3c: [7, 'Breakpoint'],
};
/** Of an interrupt, and of one of a hypervisor's. */
const interruptNames: Readonly<Record<string, readonly [physical: Name, virtual: Name]>> = {
  IRQ: [
    [5, 'IRQ'],
    [14, 'Virtual IRQ'],
  ],
  FIQ: [
    [6, 'FIQ'],
    [15, 'Virtual FIQ'],
  ],
};
/** HCR_EL2.FMO and IMO: physical interrupts are EL2's, so what EL1 takes is virtual. */
const routing: Readonly<Record<string, bigint>> = { FIQ: 1n << 3n, IRQ: 1n << 4n };

const classOf = (syndrome: number): number => syndrome >>> 26;
/** PSTATE after an exception: interrupts masked, the level, its own stack. */
const pstateAt = (level: number): number => 0x3c0 | (level << 2) | 1;

/** Tells of them from now on, in whole lines. */
export function logInterrupts(machine: Machine, write: (text: string) => void): void {
  /** What QEMU shows of an interrupt, which has no syndrome: that of the core's last exception. */
  const syndromes = new Map<number, number>();
  /** And of a semihosting call, which goes nowhere: where that went to. */
  const targets = new Map<number, number>();
  const head = ([number, name]: Name, core: number, from: number, to: number): string => {
    targets.set(core, to);
    return `Taking exception ${number} [${name}] on CPU ${core}\n...from EL${from} to EL${to}\n`;
  };
  const withSyndrome = (core: number, syndrome: number): string => {
    syndromes.set(core, syndrome);
    return `...with ESR ${hex(classOf(syndrome))}/${hex(syndrome >>> 0)}\n`;
  };
  const exception = (event: ExceptionEvent, core: number): void => {
    const { from, to, vector, kind, faultAddress, returnAddress } = event;
    const vectors = register(machine, core, `VBAR_EL${to}`);
    write(
      head(nameOf(machine, event, core), core, from, to) +
        withSyndrome(core, event.syndrome ?? syndromes.get(core) ?? 0) +
        (faultAddress === undefined || kind !== 'synchronous' ? '' : `...with FAR ${hex(faultAddress)}\n`) +
        `...with ELR ${hex(returnAddress)}\n` +
        `...to EL${to} PC ${hex(vectors + BigInt(vector))} PSTATE ${hex(pstateAt(to))}\n`,
    );
  };
  EventLog.of(machine).listen(
    (event) => {
      const core = event.at.core ?? 0;
      if (event.type === 'exception') exception(event, core);
      else if (event.type === 'exception return')
        write(
          `Exception return from AArch64 EL${event.from} to AArch64 EL${event.to} PC ${hex(event.address)}\n`,
        );
      else if (event.type === 'PSCI') {
        const isHvc = machine.board.psci === 'hvc';
        const syndrome = ((isHvc ? 0x16 : 0x17) << 26) | (1 << 25) | immediateBehind(machine, core);
        write(
          head(isHvc ? HYPERVISOR_CALL : MONITOR_CALL, core, event.at.level ?? 1, isHvc ? 2 : 3) +
            withSyndrome(core, syndrome >>> 0) +
            '...handled as PSCI call\n',
        );
      }
    },
    ['exceptions', 'psci'],
  );
  machine.semihosting?.called.add((core, operation) =>
    write(
      head(SEMIHOSTING_CALL, core, machine.exceptionLevel(core), targets.get(core) ?? 0) +
        `...handling as semihosting call ${hex(operation)}\n`,
    ),
  );
}

/** Of the active core: a listener is called while it executes. */
const register = (machine: Machine, core: number, name: string): bigint =>
  inspectRegister(machine.cluster.cores[core].system, name) ?? 0n;

function nameOf(machine: Machine, { kind, syndrome, to }: ExceptionEvent, core: number): Name {
  if (kind === 'SError') return [24, 'Virtual SERR'];
  if (kind === 'synchronous') return byClass[classOf(syndrome ?? 0)] ?? UNDEFINED;
  const isVirtual =
    to === 1 && machine.board.hypervisor && (register(machine, core, 'HCR_EL2') & routing[kind]) !== 0n;
  return interruptNames[kind][isVirtual ? 1 : 0];
}

/** Of the HVC or SMC before PC. */
function immediateBehind(machine: Machine, core: number): number {
  const at = machine.translate(core, machine.core(core).pc - 4n, 'execute');
  const word = at === undefined ? undefined : machine.instructionAt(at);
  return ((word ?? 0) >>> 5) & 0xffff;
}
