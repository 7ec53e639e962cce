/**
 * Which instruction shapes a boot executes most: samples the instruction at PC every so many instructions and
 * prints the shapes by frequency, in the form that src/engine/interpreter/hot.ts lists them.
 */
import { debianMachine, LAST_LINE } from '../conformance/debian.js';
import { reachOf } from '../src/engine/interpreter/reach.js';
import { shapeOf } from '../src/engine/semantics/index.js';
import { requireAll } from '../scripts/requirements.js';

/** A prime, so that loops are not sampled at the same place every time. */
const INTERVAL = 2039;

requireAll('shapes', ['fixtures']);
const machine = debianMachine({ el: 1, cores: 1, mebibytes: 1024, append: 'console=ttyAMA0', seed: 0n });
let console_ = '';
machine.onTransmit = (byte) => (console_ = (console_ + String.fromCharCode(byte)).slice(-100));

const counts = new Map<string, number>();
let samples = 0;
const core = machine.cluster.cores[0];
const { state, code } = machine.cluster;

function sample(): void {
  const pc = state.pc;
  const low = Number(BigInt.asIntN(32, pc));
  const translation = core.system.translate(low, Number(BigInt.asIntN(32, pc >> 32n)), 'execute', core.level);
  if (translation.fault) return;
  const { physical } = translation;
  const { shape, fields } = shapeOf(code.memoryAt(physical)?.instruction(physical) ?? 0);
  const reach = reachOf(shape, fields, low & 0xfff);
  const key = reach === 'none' ? shape.key : `${shape.key} ${reach}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  samples += 1;
}

while (!console_.includes(LAST_LINE) && machine.run({ instructions: INTERVAL }) === 'limit') sample();

let sum = 0;
for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
  sum += count;
  console.log(
    `${((100 * count) / samples).toFixed(2).padStart(6)}% ${((100 * sum) / samples).toFixed(2).padStart(7)}%  ${key}`,
  );
}
