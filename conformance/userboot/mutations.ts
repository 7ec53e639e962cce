/**
 * Mutated boot images on the whole system: whatever an image holds, userboot either starts the program or ends the
 * machine with a line that says why.
 */
import { writeBootfs, writeZbi, zbiFlag, zbiType } from '../../src/images/index.js';
import { Machine } from '../../src/machine/index.js';
import { builtInFiles, Kernel } from '../../src/zircon/index.js';
import { launchUserboot } from '../../src/zircon/launch/userboot.js';

const RAM_SIZE = 2 ** 25;
const IMAGE_OFFSET = 2 ** 24;
/** Instructions within which userboot is through with a small image, whatever it holds: a good one takes 1,000,000. */
const LIMIT = 20e6;

/** The outcome of an image that is good enough: what a program does whose code was changed is its own affair. */
const STARTED = '(the program was started)';

export interface MutationReport {
  readonly boots: number;
  /** Boots that neither started the program nor ended with a line that says why. */
  readonly failures: readonly string[];
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Boots this many mutations of a good image. */
export function bootMutations(boots: number): MutationReport {
  const good = writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload: goodBootfs(), compress: true }]);
  const machine = new Machine({ ramSize: RAM_SIZE, hypervisor: false });
  const failures: string[] = [];
  const outcomes = new Map<string, number>();
  for (let seed = 1; seed <= boots; seed++) {
    const { end, lines } = boot(machine, mutated(good, new Dice(seed)), seed);
    const last = lines.at(-1) ?? 'silent';
    const isStarted = lines.some((line) => /^userboot: bin\/\S+ started$/.test(line));
    if (!isStarted && (end !== 'halted' || !/^(userboot|kernel): /.test(last))) {
      failures.push(`seed ${seed}: ${end}: ${last}`);
    }
    const kind = isStarted ? STARTED : last.replace(/0x[0-9a-f]+/g, 'N').replace(/\b\d+\b/g, 'N');
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
  }
  return { boots, failures, outcomes };
}

function goodBootfs(): Uint8Array {
  const names = ['bin/hello', 'bin/hello-dynamic', 'lib/ld.so.1', 'lib/libgreeting.so'];
  const files = [...builtInFiles()].filter(([name]) => names.includes(name));
  return writeBootfs(files.map(([name, data]) => ({ name, data })));
}

function boot(machine: Machine, image: Uint8Array, seed: number): { end: string; lines: string[] } {
  let console = '';
  machine.onTransmit = (byte) => (console += String.fromCharCode(byte));
  machine.reset();
  const { ram } = machine.cluster;
  ram.clear(0, RAM_SIZE);
  ram.write(IMAGE_OFFSET, image);
  const program = seed % 2 === 0 ? 'bin/hello' : 'bin/hello-dynamic';
  const kernel = new Kernel(machine, { commandLine: `userboot.next=${program}`, seed: BigInt(seed) });
  launchUserboot(kernel, { address: ram.base + IMAGE_OFFSET, size: image.length });
  kernel.start();
  const end = machine.run({ instructions: LIMIT });
  const lines = console.split(/\r?\n/).filter((line) => line !== '');
  return { end, lines: lines.map((line) => line.replace(/^\[[\d.]+\] \d+\.\d+> /, '')) };
}

/** Numbers from a seed: a multiplicative congruential generator (Park and Miller). */
class Dice {
  private state: number;
  constructor(seed: number) {
    this.state = (seed * 48271) % 2147483647;
  }
  roll(bound: number): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state % bound;
  }
}

/** Where the item's header has its flags and its CRC; the container's header is before it. */
const ITEM_FLAGS = 32 + 12;
const ITEM_CRC = 32 + 28;
const NO_CRC = 0x4a87e8d6;
/** Both headers and the start of the LZ4 frame. */
const HEADERS_SIZE = 80;

/** One to four changed bytes, half of them in headers; half of the images without a CRC that would find them. */
function mutated(good: Uint8Array, dice: Dice): Uint8Array {
  const image = Uint8Array.from(good);
  for (let changes = 1 + dice.roll(4); changes > 0; changes--) {
    const at = dice.roll(dice.roll(2) === 0 ? HEADERS_SIZE : image.length);
    image[at] = dice.roll(3) === 0 ? image[at] ^ (1 << dice.roll(8)) : dice.roll(256);
  }
  if (dice.roll(2) === 0) {
    const view = new DataView(image.buffer);
    view.setUint32(ITEM_FLAGS, view.getUint32(ITEM_FLAGS, true) & ~zbiFlag.crc32, true);
    view.setUint32(ITEM_CRC, NO_CRC, true);
  }
  return image;
}
