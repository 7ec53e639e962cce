/** What interpreter modules import, under which names, and how the host provides it. */
import type { HostName } from '../ir/nodes.js';
import { hostNames } from '../ir/nodes.js';
import type { ModuleWriter, FunctionType } from '../wasm/binary.js';

/** Arguments of host services behind the decoded entry: an i64 is passed as two i32. */
const hostArguments: Readonly<Partial<Record<HostName, number>>> = { alignmentFault: 2, zeroBlock: 2 };

/** A host service: (decoded entry, low, high) to whether the instruction completes normally. */
export type HostService = (entry: number, low: number, high: number) => number;
/** A slow access: (decoded entry, address low, high, size and flags) to whether it was done. */
export type SlowAccess = (entry: number, low: number, high: number, access: number) => number;

export interface HostImports {
  readonly services: Readonly<Record<HostName, HostService>>;
  /** Puts what was read into SCRATCH. */
  readonly slowLoad: SlowAccess;
  /** Takes what to write from SCRATCH. */
  readonly slowStore: SlowAccess;
  /** Fills the execution TLB for PC, or takes the exception. */
  readonly fetch: () => void;
  /** Decodes at a decoded entry. */
  readonly decode: (entry: number) => void;
}

const i32s = (count: number): FunctionType => ({
  parameters: Array<'i32'>(count).fill('i32'),
  results: ['i32'],
});
export const handlerType: FunctionType = { parameters: ['i32'], results: ['i32'] };

/** Function indices of the imports in one module. */
export interface ImportIndices {
  readonly services: Readonly<Record<HostName, number>>;
  readonly slowLoad: number;
  readonly slowStore: number;
}

/** Declares the imports that every module of handlers has. */
export function declareImports(module: ModuleWriter): ImportIndices {
  module.importMemory('engine', 'memory', 1);
  const services = {} as Record<HostName, number>;
  for (const name of hostNames) {
    services[name] = module.importFunction('host', name, i32s(1 + (hostArguments[name] ?? 0)));
  }
  const slowLoad = module.importFunction('host', 'slowLoad', i32s(4));
  const slowStore = module.importFunction('host', 'slowStore', i32s(4));
  return { services, slowLoad, slowStore };
}

/** The import object for `declareImports`, plus what the main loop needs. */
export function importObject(
  memory: WebAssembly.Memory,
  table: WebAssembly.Table,
  host: HostImports,
): WebAssembly.Imports {
  return {
    engine: { memory, table },
    host: {
      ...host.services,
      slowLoad: host.slowLoad,
      slowStore: host.slowStore,
      fetch: host.fetch,
      decode: host.decode,
    },
  };
}
