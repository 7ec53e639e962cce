/** Builds the execution harness (`guest/conformance/harness.S`) with clang and lld. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HARNESS_VA_OFFSET, layoutDefinitions, physical } from './layout.js';

const source = new URL('../../guest/conformance/', import.meta.url).pathname;
const buildDirectory = new URL('../../.cache/conformance/', import.meta.url).pathname;

/**
 * Assembles and links the harness; returns its bytes, to be put at physical address `physical.harness` and
 * entered there at EL2 with the MMU off. Throws when clang or ld.lld is missing or fails.
 */
export function buildHarness(): Uint8Array {
  mkdirSync(buildDirectory, { recursive: true });
  writeFileSync(join(buildDirectory, 'layout.h'), layoutDefinitions());
  const object = join(buildDirectory, 'harness.o');
  const image = join(buildDirectory, 'harness.bin');
  const script = join(buildDirectory, 'harness.ld');
  const symbols: Record<string, string> = {
    HARNESS_VA: `0x${(BigInt(physical.harness) + HARNESS_VA_OFFSET).toString(16)}`,
    VECTORS_EL2_OFFSET: `0x${(physical.vectorsEl2 - physical.harness).toString(16)}`,
    VECTORS_EL1_OFFSET: `0x${(physical.vectorsEl1 - physical.harness).toString(16)}`,
  };
  let text = readFileSync(join(source, 'harness.ld'), 'utf8');
  for (const [name, value] of Object.entries(symbols)) text = text.replaceAll(name, value);
  writeFileSync(script, text);
  const target = ['--target=aarch64-none-elf', '-march=armv8-a+crypto', '-nostdlib'];
  execFileSync('clang', [...target, `-I${buildDirectory}`, '-c', join(source, 'harness.S'), '-o', object]);
  execFileSync('ld.lld', ['-T', script, '--oformat', 'binary', object, '-o', image]);
  return readFileSync(image);
}
