import { expect, test } from 'vitest';
import { ModuleWriter } from './binary.js';
import { Code } from './code.js';

const NUMBER = { parameters: ['i32'], results: ['i32'] } as const;

/** A function that gives 7 for 0, else what it gets; with several locals, which stand before its instructions. */
function hinted(): Code {
  const code = new Code(NUMBER.parameters);
  code.local('i64');
  code.local('v128');
  code.get(0);
  code.op('i32.eqz');
  code.expect(false);
  code.if(() => {
    code.i32(7);
    code.return();
  });
  code.get(0);
  return code;
}

/** WebAssembly Branch Hinting, "Binary format": functions, each with offsets from its locals on, a size of 1 and a value. */
test('hints say where the branch is', () => {
  const module = new ModuleWriter();
  module.importFunction('host', 'nothing', { parameters: [], results: [] });
  const plain = new Code(NUMBER.parameters);
  plain.get(0);
  module.function(NUMBER, plain, 'plain');
  module.function(NUMBER, hinted(), 'hinted');
  const bytes = module.finish();
  const [section] = WebAssembly.Module.customSections(
    new WebAssembly.Module(bytes),
    'metadata.code.branch_hint',
  );
  // One function, number 2, with one hint.
  const [functions, number, hints, offset, size, value] = new Uint8Array(section);
  expect([functions, number, hints, size, value]).toEqual([1, 2, 1, 1, 0]);
  expect(section.byteLength).toBe(6);
  // The last function's body stands at the end: its locals are two runs, its `if` is the first opcode 0x04.
  const body = [2, 1, 0x7e, 1, 0x7b];
  const at = bytes.length - (body.length + hinted().bytes.length + 1);
  expect([...bytes.subarray(at, at + body.length)]).toEqual(body);
  expect(bytes[at + offset]).toBe(0x04);
});
