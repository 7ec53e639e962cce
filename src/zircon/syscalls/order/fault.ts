/** What can be wrong with a call's arguments, for tests of which of several such things counts. */
import { Status } from '../../abi/constants.js';
import type { SyscallName } from '../../abi/numbers.js';
import { BAD_POINTER, type Argument, type TestBench, type TestProcess } from '../../testing.js';

/** One argument of a call that is wrong, and what the call returns for it. */
export interface Fault {
  /** As the table in docs/zircon-order-of-checks.md has it. */
  readonly what: string;
  readonly status: keyof typeof Status;
  /** Index of the argument, and what is wrong there. */
  readonly at: number;
  readonly bad: Argument;
}

/** A call with good arguments, and what can be wrong with them, in the order in which it counts. */
export interface Case {
  readonly call: SyscallName;
  readonly good: readonly Argument[];
  readonly faults: readonly Fault[];
  /** What it returns when nothing is wrong. */
  readonly result: number;
}

/** The cases of several calls, with what a process has for them. */
export type Family = (p: TestProcess, f: Faults, bench: TestBench) => Case[];

/** Every right that there is. */
const ALL_RIGHTS = 0x3fff_ffff;

/** Makes the faults of one call, whose handles and memory are a process's. */
export class Faults {
  constructor(
    private readonly p: TestProcess,
    /** A handle of a type that the call does not take. */
    private readonly foreign: number,
  ) {}

  fault(what: string, status: keyof typeof Status, at: number, bad: Argument): Fault {
    return { what, status, at, bad };
  }
  /** An address where nothing can be written or read. */
  pointer(what: string, at: number): Fault {
    return this.fault(what, 'INVALID_ARGS', at, BAD_POINTER);
  }
  bad(what: string, at: number): Fault {
    return this.fault(what, 'BAD_HANDLE', at, 0x123);
  }
  wrong(what: string, at: number): Fault {
    return this.fault(what, 'WRONG_TYPE', at, this.foreign);
  }
  /** A copy of a handle without any right. */
  denied(what: string, at: number, handle: Argument): Fault {
    return this.fault(what, 'ACCESS_DENIED', at, this.copy(handle, 0));
  }
  /** A copy of a handle with every right. */
  strong(handle: Argument): number {
    return this.copy(handle, ALL_RIGHTS);
  }
  private copy(handle: Argument, rights: number): number {
    const { process } = this.p;
    const object = process.handles.get(Number(handle))?.object;
    if (object === undefined) throw new Error(`expected a handle, found ${handle}`);
    return process.give(object, rights);
  }
  /** All that can be wrong with a handle of a type that needs rights. */
  handle(what: string, at: number, handle: Argument): Fault[] {
    return [this.bad(what, at), this.wrong(what, at), this.denied(what, at, handle)];
  }
  /** The same where no rights are needed. */
  typed(what: string, at: number): Fault[] {
    return [this.bad(what, at), this.wrong(what, at)];
  }
  /** The same where any type will do. */
  any(what: string, at: number, handle: Argument): Fault[] {
    return [this.bad(what, at), this.denied(what, at, handle)];
  }
}

/** What is looked at in a handle, by the statuses in turn. */
const handleChecks: Readonly<Record<string, string>> = {
  'BAD_HANDLE,WRONG_TYPE,ACCESS_DENIED': '(type, rights)',
  'BAD_HANDLE,WRONG_TYPE': '(type)',
  'BAD_HANDLE,ACCESS_DENIED': '(rights)',
};

/** The row of the table for a call: what is looked at in turn, and the status of each. */
export function row({ call, faults }: Case): string {
  const steps: string[] = [];
  let statuses: string[] = [];
  faults.forEach(({ what, status }, i) => {
    statuses.push(status);
    if (faults.at(i + 1)?.what === what) return;
    steps.push(
      `${what} ${handleChecks[statuses.join()] ?? statuses.map((each) => `\`${each}\``).join(', ')}`,
    );
    statuses = [];
  });
  return `| \`${call}\` | ${steps.join('; ')} |`;
}
