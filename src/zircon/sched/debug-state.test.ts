import { ExceptionType, VmFlag } from '../abi/constants.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { assemble } from '../../isa/index.js';
import { Machine } from '../../machine/index.js';
import { Kernel } from '../kernel.js';
import { Port } from '../objects/port.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { SPSR_SS } from './context.js';
import { DebugState } from './debug-state.js';

/** Adds up in x0, stores to [x1] at each turn; the places of the instructions are their numbers. */
const PROGRAM = ['add x0, x0, #1', 'str x0, [x1]', 'add x2, x2, #2', 'b #-12'];
const DBGBCR_ENABLED = 0x1e1;
/** Stores, of all eight bytes. */
const DBGWCR_STORE = 0x1ff1;

let machine: Machine;
let kernel: Kernel;
let thread: Thread;
let other: Thread;
let port: Port;
let code: number;
let data: number;
beforeEach(() => {
  machine = new Machine({ ramSize: 16 * 2 ** 20, hypervisor: false });
  kernel = new Kernel(machine, { commandLine: '', seed: 3n });
  const process = new Process(kernel, kernel.rootJob, 'subject');
  const { rootVmar } = process.aspace;
  const words = Uint32Array.from(PROGRAM, (line) => assemble(line));
  const vmo = kernel.vm.createFromImage(new Uint8Array(words.buffer));
  code = rootVmar.map({ vmo, size: PAGE_SIZE, flags: VmFlag.PERM_READ | VmFlag.PERM_EXECUTE }).base;
  const memory = kernel.vm.createPaged(PAGE_SIZE);
  data = rootVmar.map({ vmo: memory, size: PAGE_SIZE, flags: VmFlag.PERM_READ | VmFlag.PERM_WRITE }).base;
  [thread, other] = ['debugged', 'other'].map((name) => {
    const made = new Thread(kernel, process, name);
    process.addThread(made);
    return made;
  });
  // The other one has the core whenever this one stands still.
  kernel.scheduler.setPriority(thread, 24);
  port = new Port(kernel, false);
  kernel.handles.make(port, 0);
  kernel.exceptions.bind(process, port, 1n, true);
  for (const each of [thread, other]) {
    each.suspend();
    each.start(BigInt(code), 0n, 0n, BigInt(data));
    kernel.exceptions.resume(each, port, false);
  }
  while (port.first !== undefined) port.takeFirst();
  kernel.start();
});

/** Runs until the thread has an exception: its type, and the number of the instruction that comes next. */
function untilException(): [number | undefined, number] {
  // What the test did to threads shows once the core looks at the scheduler.
  kernel.interruptCore(0);
  machine.run({ instructions: 100_000 });
  const type = port.first?.type;
  port.takeFirst();
  return [type, (Number(thread.context.pc) - code) / 4];
}
const resume = (): number => kernel.exceptions.resume(thread, port, false);

describe('debug registers of a thread', () => {
  it('step it by single instructions, beside a thread that runs freely', () => {
    const debug = new DebugState();
    debug.stepping = true;
    thread.context.debug = debug;
    thread.context.pstate |= SPSR_SS;
    other.resume();
    thread.resume();
    for (const next of [1, 2, 3, 0, 1]) {
      expect(untilException()).toEqual([ExceptionType.HW_BREAKPOINT, next]);
      resume();
    }
    thread.context.debug = undefined;
    thread.context.pstate &= ~SPSR_SS;
    expect(untilException()[0]).toBeUndefined();
    thread.suspend();
    untilException();
    expect(thread.context.general[0]).toBeGreaterThan(1000n);
    expect(other.context.general[0] + machine.core(0).x(0)).toBeGreaterThan(1000n);
  });

  it('stop it at an instruction', () => {
    const debug = new DebugState();
    debug.breakpointValues[5] = BigInt(code + 8);
    debug.breakpointControls[5] = DBGBCR_ENABLED;
    thread.context.debug = debug;
    other.resume();
    thread.resume();
    expect(untilException()).toEqual([ExceptionType.HW_BREAKPOINT, 2]);
    expect(thread.context.general[0]).toBe(1n);
    thread.context.debug = undefined;
    resume();
    expect(untilException()[0]).toBeUndefined();
  });

  it('stop it at a store', () => {
    const debug = new DebugState();
    debug.watchpointValues[3] = BigInt(data);
    debug.watchpointControls[3] = DBGWCR_STORE;
    thread.context.debug = debug;
    thread.resume();
    expect(untilException()).toEqual([ExceptionType.HW_BREAKPOINT, 1]);
    expect(kernel.exceptions.resume(other, port, false)).toBeLessThan(0);
  });
});
