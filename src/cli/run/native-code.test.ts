import { describe, expect, it } from 'vitest';
import { nativeCompiler } from './native-code.js';

/** A module that exports `sum` of the numbers up to one. */
const bytes = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x7f, 0x01, 0x7f],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x07, 0x01, 0x03, 0x73, 0x75, 0x6d, 0x00, 0x00],
  ...[0x0a, 0x1b, 0x01, 0x19, 0x01, 0x01, 0x7f],
  ...[0x03, 0x40, 0x20, 0x01, 0x20, 0x00, 0x6a, 0x21, 0x01],
  ...[0x20, 0x00, 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b, 0x20, 0x01, 0x0b],
]);
const sumOf = (exports: WebAssembly.Exports): ((most: number) => number) =>
  exports.sum as (most: number) => number;
const isTried = /^v(20|22|24)\./.test(process.version);

/** Runs a function until V8 has optimised it. */
async function optimised(): Promise<{ module: WebAssembly.Module; exports: WebAssembly.Exports }> {
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module);
  for (let i = 0; i < 500 && nativeCompiler.codeOf(module, exports) === undefined && isTried; i++) {
    for (let n = 0; n < 100; n++) sumOf(exports)(10_000);
    await new Promise((resume) => setTimeout(resume, 5));
  }
  return { module, exports };
}

describe('the native code of a module', () => {
  it('is none of a module that has hardly run', () => {
    const module = new WebAssembly.Module(bytes);
    expect(nativeCompiler.codeOf(module, new WebAssembly.Instance(module).exports)).toBeUndefined();
  });

  it.runIf(isTried)('gives a module that is optimised from the start', async () => {
    const { module, exports } = await optimised();
    const code = nativeCompiler.codeOf(module, exports);
    const again = nativeCompiler.moduleOf({ bytes: bytes.slice(), code: structuredClone(code) });
    const instance = new WebAssembly.Instance(again);
    expect(nativeCompiler.codeOf(again, instance.exports)).toBeDefined();
    expect(sumOf(instance.exports)(100)).toBe(5050);
  });

  it('is passed over where it is of another V8', () => {
    const again = nativeCompiler.moduleOf({ bytes: bytes.slice(), code: new Uint8Array(64) });
    expect(sumOf(new WebAssembly.Instance(again).exports)(100)).toBe(5050);
  });
});
