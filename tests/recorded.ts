/** Runs that are recorded and replayed, for tests here and for `conformance/`. */
import {
  BoardError,
  BootError,
  DivergenceError,
  ImageError,
  makeMachine,
  Player,
  readRecording,
  Recorder,
  RecordingError,
  SnapshotError,
  stateHash,
  ZirconError,
  type Machine,
  type Origin,
} from '../src/index.js';
import { fileStart, readChunks, writeChunk } from '../src/observe/recording/chunks.js';
import { generator, mutate } from './mutations.js';
import { CODE, DATA, program, psci, send, startCores, SYSTEM_OFF, SYSTEM_RESET } from './programs/program.js';

/**
 * Core 0 sends back what it receives, until `q`, which switches off; `r` resets. Other cores, and it between two bytes,
 * read the counter and write it to memory, so that time and turns matter. X14 depends on all that came.
 */
const echo = (cores: number): string => `
    ${send('>')}
    movz x20, #${DATA >>> 16}, lsl #16
    ${startCores(cores)}
    movz x20, #${DATA >>> 16}, lsl #16
    mrs x8, mpidr_el1
    and x8, x8, #0xff
    add x21, x20, x8, lsl #6
    movz x11, #0x900, lsl #16
  again:
    mrs x1, cntvct_el0
    ldr x2, [x20, #8]
    add x3, x3, x2
    eor x3, x3, x1
    stp x1, x3, [x21]
    cbnz x8, again
    ldr w12, [x11, #0x18]
    tbnz w12, #4, again
    ldr w13, [x11]
    str w13, [x11]
    add w14, w13, w14, lsl #1
    cmp w13, #${'q'.charCodeAt(0)}
    b.eq off
    cmp w13, #${'r'.charCodeAt(0)}
    b.ne again
    ${psci(SYSTEM_RESET)}
  off:
    ${psci(SYSTEM_OFF)}`;

/** A machine that echoes, as a raw kernel. */
export function echoing(cores: number): Origin {
  const bytes = program(echo(cores), CODE);
  return {
    system: 'linux',
    machine: { cores, ramSize: 0x40_0000 },
    files: [{ role: 'kernel', name: 'echo.bin', bytes }],
  };
}

export const zirconShell = (cores: number): Origin => ({
  system: 'zircon',
  machine: { cores, ramSize: 2 ** 26 },
  seed: 7n,
  files: [],
});

/** What enters, and after how many instructions in all. */
export type Typed = readonly (readonly [instructions: number, text: string])[];

export interface Recorded {
  readonly bytes: Uint8Array;
  readonly console: string;
  readonly hash: string;
  readonly instructions: number;
}

export interface RecordOptions {
  readonly typed: Typed;
  /** Changes the rate and skips time as `--clock host` does; a seed. */
  readonly pace?: number;
  readonly most?: number;
}

const hear = (machine: Machine): { text: string } => {
  const heard = { text: '' };
  machine.transmitted.add((byte) => (heard.text += String.fromCharCode(byte)));
  return heard;
};

/** Runs a machine and records it. */
export async function recorded(
  origin: Origin,
  { typed, pace, most = 3e9 }: RecordOptions,
): Promise<Recorded> {
  const pieces: Uint8Array[] = [];
  let heard = { text: '' };
  const machine = makeMachine(origin, (made) => (heard = hear(made)));
  const write = (piece: Uint8Array): void => void pieces.push(piece);
  const recorder = await Recorder.start({ machine, origin, firstlight: 'test', write });
  const random = generator(pace ?? 1);
  const input = [...typed];
  let ending = 'limit';
  while (machine.instructions < most) {
    while (input[0] !== undefined && input[0][0] <= machine.instructions)
      machine.receive(Array.from(input.shift()![1], (character) => character.charCodeAt(0)));
    if (pace !== undefined) {
      if (random(3) === 0) machine.setRate(25_000_000 * (1 + random(40)) + random(2));
      if (random(8) === 0) machine.skipTo(machine.now + random(2_000_000));
    }
    const left = (input[0]?.[0] ?? most) - machine.instructions;
    const reason = machine.run({
      instructions: Math.min(left, 1 + random(3_000_000)),
      until: machine.now + random(20_000_000),
    });
    if (reason === 'reset') machine.reset();
    else if (reason === 'powered off' || reason === 'halted') {
      ending = reason;
      break;
    } else if (machine.idle && input.length > 0 && random(4) === 0) {
      // Nothing executes until something is typed.
      machine.receive(Array.from(input.shift()![1], (character) => character.charCodeAt(0)));
    }
  }
  await recorder.finish(ending);
  const { instructions } = machine;
  return { bytes: joined(pieces), console: heard.text, hash: await stateHash(machine), instructions };
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** Replays a recording, cut into pieces of at most so many instructions. */
export async function replayed(
  bytes: Uint8Array,
  piece = Infinity,
): Promise<Omit<Recorded, 'bytes'> & { machine: Machine }> {
  const recording = readRecording(bytes, 'test.recording');
  let heard = { text: '' };
  const machine = makeMachine(await recording.origin(), (made) => (heard = hear(made)));
  const player = new Player(machine, recording);
  while (player.step(piece) !== 'replayed');
  await player.verify();
  const { instructions } = machine;
  return { machine, console: heard.text, hash: await stateHash(machine), instructions };
}

/** A recording in which something has been changed behind right checksums. */
export function resealed(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const { chunks } = readChunks(bytes, 'good');
  const chosen = random(chunks.length);
  return joined([
    fileStart(),
    ...chunks.map(({ kind, content }, i) =>
      writeChunk(kind, i === chosen ? mutate(content, random) : content),
    ),
  ]);
}

const refusals = [RecordingError, BoardError, BootError, ImageError, ZirconError, SnapshotError];
const isRefusal = (error: unknown): error is Error => refusals.some((type) => error instanceof type);

/**
 * What becomes of a recording that somebody has changed: how it ended, in words. Throws what is neither a refusal in one
 * line nor a replay that is right, goes astray, or does what it says for more than `most` instructions.
 */
export async function fate(bytes: Uint8Array, most: number): Promise<string> {
  try {
    const recording = readRecording(bytes, 'changed');
    const machine = makeMachine(await recording.origin());
    const player = new Player(machine, recording);
    for (let left = most; left > 0; left -= 1_000_000) {
      if (player.step(1_000_000) !== 'replayed') continue;
      await player.verify();
      return recording.end === undefined ? 'right as far as it goes' : 'right';
    }
    return 'goes on';
  } catch (error) {
    if (error instanceof Error && error.message.includes('\n')) throw error;
    if (error instanceof DivergenceError) return 'astray';
    if (isRefusal(error)) return 'refused';
    throw error;
  }
}
