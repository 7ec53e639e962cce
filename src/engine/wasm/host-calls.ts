/**
 * What generated code imports from the host, whatever its tier.
 *
 * While the host is at work, the cells PC, BUDGET (the instructions left, this one included) and CODE_PAGE are those of
 * the instruction that called it: the caller sets them before. What the host answers is an `Answer`.
 */
import { accessFlags } from '../access-flags.js';
import { hostNames, type HostName } from '../ir/nodes.js';
import type { FunctionType, ModuleWriter } from './binary.js';
import type { Code } from './code.js';
import type { Access } from './site.js';

export const Answer = {
  /** Execution goes on elsewhere: PC and BUDGET say where and how long. */
  Left: 0,
  /** Done: the instruction goes on. */
  Done: 1,
  /** Done, but execution must end behind this instruction. STOP is set, too. */
  DoneAndStop: 2,
} as const;
export type Answer = (typeof Answer)[keyof typeof Answer];

const functionType = (parameters: number): FunctionType => ({
  parameters: Array<'i32'>(parameters).fill('i32'),
  results: ['i32'],
});

/** The host's functions: 64-bit values come as two halves. */
export interface HostFunctions {
  /** The service by its place in `hostNames`, and its argument, if it has one. */
  readonly service: (service: number, low: number, high: number) => Answer;
  /** A load that the TLB does not answer, described by `accessFlags`: puts what is read into SCRATCH. */
  readonly slowLoad: (low: number, high: number, access: number) => Answer;
  /** Takes what to store from SCRATCH. */
  readonly slowStore: (low: number, high: number, access: number) => Answer;
}

/** The functions as a module imports them. */
export class HostCalls {
  private readonly indices: Readonly<Record<keyof HostFunctions, number>>;

  constructor(module: ModuleWriter) {
    module.importMemory('engine', 'memory', 1);
    const declare = (name: keyof HostFunctions) => module.importFunction('host', name, functionType(3));
    this.indices = {
      service: declare('service'),
      slowLoad: declare('slowLoad'),
      slowStore: declare('slowStore'),
    };
  }

  /** Calls a service with the two i32 that `push` pushes; leaves the answer on the stack. */
  service(code: Code, name: HostName, push: () => void): void {
    code.i32(hostNames.indexOf(name));
    push();
    code.call(this.indices.service);
  }
  /** Has the host access the address in a local; leaves the answer on the stack. */
  access(code: Code, kind: 'slowLoad' | 'slowStore', { bytes, options }: Access, address: number): void {
    pushHalves(code, () => code.get(address));
    code.i32(accessFlags(bytes, options));
    code.call(this.indices[kind]);
  }
}

/** Pushes the halves of the i64 that `push` pushes, the low one first. */
export function pushHalves(code: Code, push: () => void): void {
  push();
  code.op('i32.wrap_i64');
  push();
  code.i64(32n);
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
}
