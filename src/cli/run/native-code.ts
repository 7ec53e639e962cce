/**
 * V8's code of WebAssembly modules, to be kept from run to run: optimised functions come back as such, and are neither
 * compiled nor run unoptimised again. Node has no way to it, but V8 has functions for its own tests. They are used with
 * the versions of V8 that have been tried; others compile anew.
 *
 * V8 reads its code only under the version, the flags and on the processor that it was made for. It does not check it
 * further: whoever keeps it sees that it is read as it was written, and by whom it was written.
 */
import { setFlagsFromString } from 'node:v8';
import { compileFunction } from 'node:vm';
import type { HostCompiler } from '../../engine/index.js';

/** Those of Node 20, 22 and 24. That of Node 26 has no such functions any more. */
const TRIED = ['11.3.', '12.4.', '13.6.'];

interface Intrinsics {
  isOptimised(this: void, exported: WebAssembly.ExportValue): boolean;
  serialize(this: void, module: WebAssembly.Module): ArrayBuffer;
  /** undefined if it was not made here. */
  deserialize(this: void, code: ArrayBuffer, bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined;
}

let known: { readonly of: Intrinsics | undefined } | undefined;

function intrinsics(): Intrinsics | undefined {
  return (known ??= { of: find() }).of;
}
function find(): Intrinsics | undefined {
  if (!TRIED.some((version) => process.versions.v8.startsWith(version))) return undefined;
  // What is compiled under the flag stays; and V8 refuses code that was made under other flags.
  setFlagsFromString('--allow-natives-syntax');
  const found = {
    isOptimised: compileFunction('return %IsTurboFanFunction(exported)', ['exported']),
    serialize: compileFunction('return %SerializeWasmModule(module)', ['module']),
    deserialize: compileFunction('return %DeserializeWasmModule(code, bytes)', ['code', 'bytes']),
  };
  setFlagsFromString('--no-allow-natives-syntax');
  return found as Partial<Intrinsics> as Intrinsics;
}

export const nativeCompiler: HostCompiler = {
  codeOf(module, exports) {
    const v8 = intrinsics();
    // V8 ends the process if there is no optimised code to be written.
    if (v8 === undefined || !Object.values(exports).some((each) => v8.isOptimised(each))) return undefined;
    return new Uint8Array(v8.serialize(module));
  },
  moduleOf: ({ bytes, code }) =>
    (code && intrinsics()?.deserialize(code.buffer, bytes)) ?? new WebAssembly.Module(bytes),
};
