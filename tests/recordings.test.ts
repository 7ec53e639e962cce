/** A recorded run, replayed: the same console, the same state. */
import { describe, expect, it } from 'vitest';
import {
  DivergenceError,
  makeMachine,
  Player,
  readRecording,
  readZbi,
  Recorder,
  RecordingError,
  zbiType,
  type Origin,
  type Recording,
} from '../src/index.js';
import { fileStart, readChunks, writeChunk } from '../src/observe/recording/chunks.js';
import { Packer } from '../src/observe/recording/packing.js';
import { writeEvent } from '../src/observe/recording/records.js';
import { generator, mutate } from './mutations.js';
import { echoing, fate, joined, recorded, replayed, resealed, zirconShell, type Typed } from './recorded.js';

/** A few words at random moments, a reset among them, and the end. */
function typing(seed: number): Typed {
  const random = generator(seed);
  const words = ['hello ', 'a', 'b', 'r', 'mow', 'r', 'x', 'y', 'q'];
  let at = 0;
  return words.map((word) => [(at += 1 + random(120_000)), word] as const);
}

describe.each([1, 3])('a run on %i cores with input, rates and skips at random moments', (cores) => {
  it.each([11, 12, 13])('is replayed to the same console and state: %i', async (seed) => {
    const original = await recorded(echoing(cores), { typed: typing(seed), pace: seed });
    expect(original.console).toBe('>hello abr>mowr>xyq');
    for (const piece of [Infinity, 77_777, 1000 + seed]) {
      const { console, hash, instructions } = await replayed(original.bytes, piece);
      expect(console).toBe(original.console);
      expect(instructions).toBe(original.instructions);
      expect(hash).toBe(original.hash);
    }
  });
});

describe.each([1, 4])('a Zircon system on %i cores', (cores) => {
  it('is replayed with what was typed', async () => {
    const typed = [
      [30e6, 'ls\n'],
      [40e6, 'hello a b\n'],
      [50e6, 'dm shutdown\n'],
    ] as const;
    const original = await recorded(zirconShell(cores), { typed, pace: 5, most: 400e6 });
    expect(original.console).toMatch(/hello a b/);
    const { console, hash } = await replayed(original.bytes);
    expect(console).toBe(original.console);
    expect(hash).toBe(original.hash);
    expect((await replayed(original.bytes, 1_234_567)).hash).toBe(original.hash);
  });
});

describe('items that were added to the boot image', () => {
  it('are in the recording, and in the machine that it makes', async () => {
    const items = [
      { role: 'item', name: 'board', path: 'PLATFORM_ID', bytes: new Uint8Array(40).fill(0x61) },
      { role: 'item', name: 'NVRAM:7', path: 'NVRAM:7', bytes: new Uint8Array() },
    ] as const;
    const origin = { ...zirconShell(1), files: [...zirconShell(1).files, ...items] };
    const { bytes } = await recorded(origin, { typed: [], most: 1000 });
    const machine = makeMachine(await readRecording(bytes, 'f').origin());
    const found = readZbi(machine.firmware?.segments[0].bytes ?? new Uint8Array()).items;
    const platforms = found.filter(({ type }) => type === zbiType.PLATFORM_ID);
    expect(platforms.map(({ payload }) => payload)).toEqual([items[0].bytes]);
    expect(found.find(({ type }) => type === zbiType.NVRAM)).toMatchObject({
      extra: 7,
      payload: items[1].bytes,
    });
  });

  it('are refused if they are of no type', () => {
    const files = [{ role: 'item', name: 'x', path: 'nosuch', bytes: new Uint8Array() }] as const;
    expect(() => makeMachine({ ...zirconShell(1), files })).toThrow(
      new RecordingError("x: expected an item's TYPE[:EXTRA], found 'nosuch'"),
    );
  });
});

describe('a replay that goes astray', () => {
  it('says where, and which cores differ', async () => {
    const { bytes } = await recorded(echoing(2), { typed: typing(3) });
    const recording = readRecording(bytes, 'f');
    const machine = makeMachine(await recording.origin());
    const events = function* (): ReturnType<Recording['events']> {
      for (const { at, event } of recording.events()) {
        const isChanged = event.kind === 'input' && event.bytes[0] === 'm'.charCodeAt(0);
        yield {
          at,
          event: isChanged ? { ...event, bytes: Uint8Array.from(event.bytes, (x) => x + 1) } : event,
        };
      }
      return undefined;
    };
    const player = new Player(machine, { ...recording, events });
    expect(() => player.step()).toThrow(DivergenceError);
    expect(() => player.step()).toThrow(
      /^f: the replay goes astray at instruction [\d,]+: registers of core 0 differ; all was right at instruction [\d,]+$/,
    );
  });

  it('because the machine ends too early says so', async () => {
    const { bytes } = await recorded(echoing(1), {
      typed: [
        [1000, 'hello'],
        [50_000, 'q'],
      ],
    });
    const recording = readRecording(bytes, 'f');
    const machine = makeMachine(await recording.origin());
    machine.receive([...'q'].map((character) => character.charCodeAt(0)));
    expect(() => new Player(machine, recording).step()).toThrow(
      /^f: the replay goes astray at instruction [\d,]+: .*; all was right at instruction 0$/,
    );
  });
});

/** A machine, and a recording of it that has begun. */
async function beginning(origin: Origin) {
  const machine = makeMachine(origin);
  const pieces: Uint8Array[] = [];
  const write = (piece: Uint8Array): void => void pieces.push(piece);
  return { machine, pieces, recorder: await Recorder.start({ machine, origin, firstlight: 'test', write }) };
}

describe('what is recorded', () => {
  it('takes nothing in the middle of a run, and no other state', async () => {
    const origin = echoing(1);
    const machine = makeMachine(origin);
    const errors: string[] = [];
    const attempts = [
      () => machine.receive([1]),
      () => machine.setRate(500_000_000),
      () => machine.skipTo(1e9),
      () => machine.writeMemory(0x4010_0000, Uint8Array.of(1)),
      () => machine.core(0).setX(1, 1n),
      () => machine.reset(),
      () => machine.load(machine.save()),
      () => machine.powerUp({ segments: [], cores: [] }),
    ];
    await Recorder.start({ machine, origin, firstlight: 'test', write: () => undefined });
    machine.transmitted.add(() => {
      for (const attempt of attempts)
        try {
          attempt();
        } catch (error) {
          errors.push(String(error));
        }
    });
    machine.run({ instructions: 1000 });
    expect(errors).toHaveLength(attempts.length);
  });

  it('refuses between two runs what only a guest does', async () => {
    const { machine } = await beginning(echoing(2));
    machine.run({ instructions: 1000 });
    const state = machine.save();
    for (const attempt of [
      () => machine.systemOff(),
      () => machine.systemReset(),
      () => machine.halt(),
      () => machine.standby(0),
      () => machine.powerOff(0),
      () => machine.powerOn(1, 0x4008_0000n, 5n),
    ])
      expect(attempt).toThrow(/^a machine that is recorded cannot be /);
    expect(machine.save()).toEqual(state);
  });

  it('refuses what is no time, no address and no number, and takes nothing of it', async () => {
    const { machine } = await beginning(echoing(1));
    const state = machine.save();
    const bytes = Uint8Array.of(1);
    expect(() => machine.skipTo(Infinity)).toThrow(RangeError);
    expect(() => machine.skipTo(2 ** 60)).toThrow(RangeError);
    expect(() => machine.writeMemory(0x4010_0000 + 0.5, bytes)).toThrow(RangeError);
    expect(() => (machine.core(0).nzcv = 0.5)).toThrow(RangeError);
    expect(machine.save()).toEqual(state);
    expect(machine.readMemory(0x4010_0000, 2)).toEqual(Uint8Array.of(0, 0));
  });

  it('is recorded from its start', async () => {
    const origin = echoing(1);
    const options = { origin, firstlight: 'test', write: () => undefined };
    const ran = makeMachine(origin);
    ran.run({ instructions: 1 });
    await expect(Recorder.start({ machine: ran, ...options })).rejects.toThrow('this one has run');
    const written = makeMachine(origin);
    written.core(0).setX(5, 7n);
    await expect(Recorder.start({ machine: written, ...options })).rejects.toThrow('this one has run');
  });

  it('holds what enters while it begins', async () => {
    const origin = echoing(1);
    const machine = makeMachine(origin);
    const pieces: Uint8Array[] = [];
    const write = (piece: Uint8Array): void => void pieces.push(piece);
    const started = Recorder.start({ machine, origin, firstlight: 'test', write });
    machine.core(0).setX(5, 7n);
    machine.run({ instructions: 1000 });
    await (await started).finish('limit');
    expect((await replayed(joined(pieces))).machine.core(0).x(5)).toBe(7n);
  });

  it('holds resets of a machine with a hosted kernel', async () => {
    const { machine, recorder, pieces } = await beginning(zirconShell(2));
    machine.run({ instructions: 101_000 });
    machine.reset();
    machine.run({ instructions: 300_000 });
    await recorder.finish('limit');
    expect((await replayed(joined(pieces))).instructions).toBe(401_000);
  });

  it('holds memory and registers that were written', async () => {
    const { machine, recorder, pieces } = await beginning(echoing(1));
    machine.run({ instructions: 1234 });
    expect(machine.writeMemory(0x4010_0100, Uint8Array.of(1, 2, 3))).toBe(true);
    const core = machine.core(0);
    core.setX(3, -1n);
    core.setV(7, 1n << 100n);
    core.sp = 0x4010_0000n;
    core.nzcv = -2147483648;
    machine.run({ instructions: 10 });
    core.pc = 0x4008_0000n;
    machine.run({ instructions: 100 });
    await recorder.finish('limit');
    const again = await replayed(joined(pieces));
    expect(again.machine.readMemory(0x4010_0100, 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(again.machine.core(0).v(7)).toBe(1n << 100n);
  });
});

describe('a file', () => {
  it('that was cut off goes as far as its last whole chunk', async () => {
    const typed = Array.from('hello', (letter, i) => [5000 * i, letter] as const);
    const { bytes } = await recorded(echoing(2), { typed: [...typed, [30_000, 'q']] });
    const whole = readRecording(bytes);
    const random = generator(4);
    let usable = 0;
    for (let i = 0; i < 50; i++) {
      const cut = bytes.slice(0, 12 + random(bytes.length - 13));
      try {
        const recording = readRecording(cut);
        expect(recording.end).toBeUndefined();
        expect(recording.to.instructions).toBeLessThanOrEqual(whole.to.instructions);
        const machine = makeMachine(await recording.origin());
        expect(new Player(machine, recording).step()).toBe('replayed');
        usable++;
      } catch (error) {
        expect(error).toBeInstanceOf(RecordingError);
        expect(String(error)).toMatch(/cut off/);
      }
    }
    expect(usable).toBeGreaterThan(5);
  });

  it('that has been changed is refused in one line', async () => {
    const { bytes } = await recorded(echoing(1), {
      typed: [
        [1000, 'hello'],
        [50_000, 'q'],
      ],
    });
    const random = generator(9);
    for (let i = 0; i < 500; i++) {
      const mutated = mutate(bytes, random);
      try {
        const recording = readRecording(mutated);
        const isBeginning = mutated.every((byte, at) => byte === bytes[at]);
        expect(isBeginning || recording.end !== undefined).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(RecordingError);
        expect(String(error)).not.toContain('\n');
      }
    }
  });

  it('that has been changed behind right checksums is refused, or replayed as far as it is right', async () => {
    const { bytes, instructions } = await recorded(echoing(1), {
      typed: [
        [1000, 'hello'],
        [50_000, 'q'],
      ],
    });
    const random = generator(10);
    const fates = new Set<string>();
    for (let i = 0; i < 60; i++) fates.add(await fate(resealed(bytes, random), 3 * instructions));
    expect([...fates]).toContain('refused');
    expect([...fates]).toContain('astray');
  });

  it.each([
    ['bytes that are none', '{"$bytes":"!!!"}', 'its header is not JSON'],
    ['lists without end', '['.repeat(100_000) + ']'.repeat(100_000), 'its header is not JSON'],
  ])('with a header of %s is refused in one line', (_what, header, message) => {
    const bytes = joined([fileStart(), writeChunk('header', new TextEncoder().encode(header))]);
    expect(() => readRecording(bytes, 'r')).toThrow(new RecordingError(`r: ${message}`));
  });

  it.each<[string, (header: string) => string]>([
    ['a hash that is none', (header) => header.replace(/"sha256":"./, '"sha256":"x')],
    ['a file of another system', (header) => header.replace('"role":"kernel"', '"role":"zbi"')],
    ['a path in no file system', (header) => header.replace('"path":null', '"path":"bin/x"')],
  ])('with %s is refused in one line', async (_what, change) => {
    const { bytes } = await recorded(echoing(1), { typed: [[1000, 'q']] });
    const [header, ...rest] = readChunks(bytes, 'r').chunks;
    const changed = change(new TextDecoder().decode(header.content));
    expect(changed).not.toBe(new TextDecoder().decode(header.content));
    const content = new TextEncoder().encode(changed);
    const whole = [
      fileStart(),
      writeChunk('header', content),
      ...rest.map((each) => writeChunk(each.kind, each.content)),
    ];
    expect(() => readRecording(joined(whole), 'r')).toThrow(/^r: [^\n]*expected[^\n]*$/);
  });

  it('with a name of several lines in it is told of in one', async () => {
    const origin = echoing(1);
    const machine = makeMachine(origin);
    const pieces: Uint8Array[] = [];
    const write = (piece: Uint8Array): void => void pieces.push(piece);
    await Recorder.start({ machine, origin, firstlight: 'test', write });
    const packer = new Packer();
    const at = { instructions: 0, now: 0 };
    const event = { kind: 'input', port: 'two\nlines', bytes: new Uint8Array() } as const;
    writeEvent(packer, at, { at, event });
    write(writeChunk('records', packer.take()));
    await expect(replayed(joined(pieces))).rejects.toThrow(
      'serial port two\\x0alines: the board has none of that name; all was right at instruction 0',
    );
  });

  it('of which a boot file has changed is refused by its name', async () => {
    const origin = echoing(1);
    const pieces: Uint8Array[] = [];
    const machine = makeMachine(origin);
    const write = (piece: Uint8Array): void => void pieces.push(piece);
    const embed = (): boolean => false;
    await (await Recorder.start({ machine, origin, firstlight: 'test', embed, write })).finish('limit');
    const recording = readRecording(joined(pieces));
    await expect(recording.origin(() => Uint8Array.of(1))).rejects.toThrow(
      /^echo\.bin: the kernel has changed: expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}$/,
    );
    await expect(recording.origin()).rejects.toThrow('echo.bin: the kernel is not in the recording');
    await expect(recording.origin(() => origin.files[0].bytes)).resolves.toMatchObject(
      origin.machine.cores === 1 ? { system: 'linux' } : {},
    );
  });
});
