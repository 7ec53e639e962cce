import { describe, expect, it } from 'vitest';
import type { Machine } from '../src/machine/index.js';
import {
  EventLog,
  eventText,
  kernelCategories,
  loadSnapshot,
  saveSnapshot,
  stateHash,
} from '../src/observe/index.js';
import { bootZircon, builtInBootImage, kernelOf, type ZirconOptions } from '../src/zircon/index.js';

const image = builtInBootImage();
const LONG = 1e9;

const start = (append: string, options: ZirconOptions = {}): Machine =>
  bootZircon(image, { ramSize: 2 ** 26, append, ...options }).machine;

/** Runs to the end; what the console showed. */
function finish(machine: Machine): { console: string; end: string } {
  let console = '';
  machine.onTransmit = (byte) => (console += String.fromCharCode(byte));
  return { end: machine.run({ instructions: LONG }), console };
}

describe('a snapshot of a machine with its hosted kernel', () => {
  it.each([
    [1, 'bin/hello-dynamic'],
    [4, 'bin/core-tests'],
  ])('goes on as if nothing had been, on %i cores in %s', async (cores, program) => {
    const append = `userboot.next=${program} userboot.shutdown`;
    const whole = start(append, { cores });
    const { console, end } = finish(whole);
    expect(end).toBe('powered off');
    const expected = await stateHash(whole);

    let machine = start(append, { cores });
    let shown = '';
    const cuts = [1000, 0.5, 0.8].map((part) => (part < 1 ? Math.floor(part * whole.instructions) : part));
    for (const cut of cuts) {
      machine.onTransmit = (byte) => (shown += String.fromCharCode(byte));
      machine.run({ instructions: cut - machine.instructions });
      const loaded = loadSnapshot(saveSnapshot(machine));
      expect(await stateHash(loaded)).toBe(await stateHash(machine));
      machine = loaded;
    }
    const rest = finish(machine);
    expect(rest.end).toBe('powered off');
    expect(shown + rest.console).toBe(console);
    expect(machine.instructions).toBe(whole.instructions);
    expect(await stateHash(machine)).toBe(expected);
  });
});

describe('a reset', () => {
  it('boots the system again', () => {
    const machine = start('userboot.next=bin/hello userboot.reboot');
    const first = finish(machine);
    expect(first.end).toBe('reset');
    machine.reset();
    const second = finish(machine);
    expect(second.end).toBe('reset');
    expect(second.console).toContain('hello from bin/hello');
  });

  it('goes on with the time of the day', () => {
    const epoch = 1_150_560_081; // 2006-06-17T16:01:21Z, by date -u +%s
    const machine = start('userboot.next=bin/hello userboot.reboot', { epoch });
    expect(kernelOf(machine)?.utcOffset).toBe(BigInt(epoch) * 10n ** 9n);
    expect(finish(machine).end).toBe('reset');
    machine.skipTo(2.5e9);
    machine.reset();
    expect(kernelOf(machine)?.utcOffset).toBe(BigInt(epoch) * 10n ** 9n);
  });

  it.each([200_000_003, 3_000_000_000])(
    'takes time at %i instructions a second, before and after',
    (rate) => {
      const machine = start('userboot.next=bin/hello userboot.shutdown', { instructionsPerSecond: rate });
      machine.run({ instructions: 200_001 });
      const loaded = loadSnapshot(saveSnapshot(machine));
      const idle = machine.idleTime;
      expect(finish(loaded).console).toContain('hello from bin/hello');
      // The kernel's own work is among the instructions.
      const worked = (BigInt(loaded.instructions) * 10n ** 9n) / BigInt(rate);
      expect(loaded.now - loaded.idleTime - idle).toBe(Number(worked));
    },
  );

  it('boots it again out of a snapshot', () => {
    const machine = start('userboot.next=bin/hello userboot.reboot');
    machine.run({ instructions: 200_000 });
    const loaded = loadSnapshot(saveSnapshot(machine));
    expect(finish(loaded).end).toBe('reset');
    loaded.reset();
    expect(finish(loaded).console).toContain('hello from bin/hello');
  });
});

describe('events of a hosted kernel', () => {
  const append = 'userboot.next=bin/hello-dynamic userboot.shutdown';

  it('tell the story of a boot and change nothing', async () => {
    const lines: string[] = [];
    const onKernel = (machine: Machine): void => {
      EventLog.of(machine).listen(
        (event) => lines.push(eventText(event).replace(/^\[.*?\] /, '')),
        kernelCategories,
      );
    };
    const machine = start(append, { onKernel });
    const { console } = finish(machine);
    const silent = start(append);
    expect(finish(silent).console).toBe(console);
    expect(machine.instructions).toBe(silent.instructions);
    expect(await stateHash(machine)).toBe(await stateHash(silent));

    const kernel = kernelOf(machine);
    const find = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    const story = [
      /^process \d+ 'userboot' created$/,
      /mapped to vmo \d+ 'vdso\/full'\+0x0$/,
      /^channel \d+ -> \d+: \d+ bytes, handles to vmo .*: processargs VMO_VDSO\(0\).* environment 'userboot\.next=/,
      /^idle -> userboot /,
      /^vmo \d+ 'userboot-initial-stack': page 63 committed at 0x4\w+ by page fault$/,
      /^userboot \d+\.\d+ channel_read\(handle 0x\w+, options 0x0, /,
      /^userboot \d+\.\d+ channel_read = ZX_OK$/,
      /environment 'LD_DEBUG=1'$/,
      /loader service LOAD_OBJECT 'libgreeting\.so' \(txid \d+\)$/,
      /loader service LOAD_OBJECT = ZX_OK \(txid \d+\)$/,
      /^userboot \d+\.\d+ system_powerctl\(resource 0x\w+, cmd 0x8, arg 0x0\)$/,
    ].map(find);
    expect(story.every((at) => at >= 0)).toBe(true);
    expect(story).toEqual([...story].sort((a, b) => a - b));
    expect(kernel?.listeners.all).toHaveLength(1);
  });

  it('tell the same of the kernel that a reset starts as of the one before', () => {
    // Where an event was, without after how many instructions, and what it was.
    const stories: string[][] = [[]];
    const onKernel = (machine: Machine): void => {
      EventLog.of(machine).listen(
        (event) => stories.at(-1)?.push(eventText(event).replace(/^\[ *\d+/, '[')),
        ['vm', 'objects', 'sched'],
      );
    };
    const again = 'aslr.disable userboot.next=bin/core-tests userboot.reboot';
    const machine = start(again, { cores: 4, onKernel });
    expect(finish(machine).end).toBe('reset');
    stories.push([]);
    machine.reset();
    machine.run({ instructions: 30_000_000 });
    const [first, second] = stories;
    expect(second.length).toBeGreaterThan(1000);
    expect(second.some((line) => line.includes('cpu3'))).toBe(true);
    expect(second).toEqual(first.slice(0, second.length));
  });

  it('name the process of each mapping, also when it ends', () => {
    const lines: string[] = [];
    const onKernel = (machine: Machine): void => {
      EventLog.of(machine).listen((event) => lines.push(eventText(event)), ['vm', 'objects']);
    };
    start('', { onKernel }).run({ instructions: 20_000_000 });
    expect(lines.filter((line) => line.includes('] process 0:'))).toEqual([]);
    expect(lines.filter((line) => /\] process \d+ 'userboot' destroyed$/.test(line))).toHaveLength(1);
  });
});
