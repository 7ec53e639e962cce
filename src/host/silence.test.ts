import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assemble } from '../isa/index.js';
import { Machine } from '../machine/index.js';
import { diagnosisLine } from '../observe/index.js';
import { Silence } from './silence.js';

let told: [seconds: number, line: string][];
let asked: string[];

/** A machine that executes these instructions, and runs in pieces of a second of the host's time. */
function run(...lines: string[]) {
  const machine = new Machine({ ramSize: 2 ** 20 });
  const bytes = new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer);
  const cores = [{ powered: true, pc: 0x4000_0000, el: 2 as const, x0: 0 }];
  machine.powerUp({ segments: [{ address: 0x4000_0000, bytes }], cores });
  const silence = new Silence(machine, {
    silent: (diagnosis, seconds) => told.push([seconds, diagnosisLine(diagnosis)]),
    asked: (diagnosis) => asked.push(diagnosisLine(diagnosis)),
  });
  machine.transmitted.add(() => silence.heard());
  const seconds = (count: number): void => {
    for (let second = 0; second < count; second++) {
      machine.run({ instructions: 20_000 });
      vi.advanceTimersByTime(1000);
      silence.afterSlice();
    }
  };
  return { machine, silence, seconds };
}

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  asked = [];
});
afterEach(() => void vi.useRealTimers());

const letter = ['movz x1, #0x900, lsl #16', 'mov w2, #65', 'str w2, [x1]'];

describe('silence', () => {
  it('of a guest that gets nowhere is told after some seconds, once', () => {
    const { seconds } = run('b #0');
    seconds(4);
    expect(told).toEqual([]);
    seconds(60);
    expect(told).toEqual([[6, 'cpu0 branches to itself at EL2 in 0x40000000']]);
  });

  it('of one that may still get somewhere is told later', () => {
    const { seconds } = run('add x0, x0, #1', 'add x0, x0, #1', 'b #-8');
    seconds(14);
    expect(told).toEqual([]);
    seconds(60);
    expect(told).toHaveLength(1);
    expect(told[0][0]).toBe(16);
  });

  it('after words is told later still, and later each time', () => {
    // A letter each 1.3 million instructions, which take 66 seconds here.
    const wait = ['movz w3, #10, lsl #16', 'subs w3, w3, #1', 'b.ne #-4', 'b #-24'];
    const { seconds } = run(...letter, ...wait);
    seconds(400);
    expect(told.map(([after]) => after)).toEqual([16, 31, 61]);
  });

  it('of one that has spoken and waits for input is as it should be', () => {
    const listen = ['ldr w2, [x1, #0x18]', 'tbnz w2, #4, #-4'];
    const { seconds } = run(...letter, ...listen);
    seconds(200);
    expect(told).toEqual([]);
  });

  it('is looked into when somebody asks', () => {
    const { silence, seconds } = run(...letter, 'b #-12');
    seconds(3);
    silence.ask();
    seconds(3);
    expect(asked).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('costs nothing while there is none', () => {
    const { machine, seconds } = run(...letter, 'b #-12');
    seconds(30);
    expect(machine.board.bus.listeners.all).toEqual([]);
  });
});
