/** Whether the host's WebAssembly multiplies and adds with one rounding: it may have no relaxed SIMD, or round twice. */
import { ModuleWriter } from './binary.js';
import { Code } from './code.js';

let known: boolean | undefined;

export function hasFusedMultiplyAdd(): boolean {
  return (known ??= tries());
}

function tries(): boolean {
  const bytes = moduleOf();
  if (!WebAssembly.validate(bytes)) return false;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host: { memory } });
  // (1 + 2^-30)^2 is 1 + 2^-29 + 2^-60, whose last term two roundings lose.
  const factor = 1 + 2 ** -30;
  new Float64Array(memory.buffer).set([factor, factor, factor, factor, -(1 + 2 ** -29), -(1 + 2 ** -29)]);
  (exports.multiplyAdd as () => void)();
  return new Float64Array(memory.buffer).subarray(0, 2).every((result) => result === 2 ** -60);
}

/** Of the vectors in memory, the first times the second plus the third, in place of the first. */
function moduleOf(): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  module.importMemory('host', 'memory', 1);
  const code = new Code([]);
  code.i32(0);
  for (const at of [0, 16, 32]) {
    code.i32(0);
    code.access('v128.load', at);
  }
  code.op('f64x2.relaxed_madd');
  code.access('v128.store', 0);
  module.function({ parameters: [], results: [] }, code, 'multiplyAdd');
  return module.finish();
}
