/** A session: a machine that is run for somebody, beside others who watch it. */
import { describe, expect, it } from 'vitest';
import { Session } from '../src/index.js';
import { machineFor, psci, send, SYSTEM_OFF } from './programs/program.js';

const program = `${Array.from('hello\nworld\n', send).join('')} ${psci(SYSTEM_OFF)}`;

describe('a session', () => {
  it('leaves those alone who listen to the console already', async () => {
    const machine = machineFor(program);
    let first = '';
    let second = '';
    let session = '';
    machine.onTransmit = (byte) => (first += String.fromCharCode(byte));
    machine.transmitted.add((byte) => (second += String.fromCharCode(byte)));
    const transmit = (byte: number) => (session += String.fromCharCode(byte));
    expect((await new Session(machine, { until: /hel/, transmit }).run()).kind).toBe('matched');
    expect((await new Session(machine).run()).kind).toBe('powered off');
    expect([first, second, session]).toEqual(['hello\nworld\n', 'hello\nworld\n', 'hel']);
    expect(machine.transmitted.all).toHaveLength(2);
  });

  it.each(['g', 'y', 'gy'])('matches anew in each line and session with the flag %s', async (flags) => {
    const until = new RegExp('hel|wor', flags);
    const machine = machineFor(program);
    const texts: string[] = [];
    for (let i = 0; i < 2; i++) {
      const ending = await new Session(machine, { until }).run();
      texts.push(ending.kind === 'matched' ? ending.text : ending.kind);
    }
    expect(texts).toEqual(['hel', 'wor']);
    expect(until.lastIndex).toBe(0);
  });
});
