import { beforeEach, describe, expect, it } from 'vitest';
import { StandardIo } from './standard-io.js';

describe('what a guest sends', () => {
  let shown: string[] = [];
  const send = (io: StandardIo, text: string): void => Buffer.from(text).forEach((byte) => io.transmit(byte));
  const connect = (lineByLine: boolean): StandardIo => {
    const out = (data: string | Uint8Array): void => void shown.push(Buffer.from(data).toString());
    return new StandardIo(() => {}, { out, error: () => {} }, lineByLine);
  };
  beforeEach(() => (shown = []));

  it('is shown line by line, as whoever waits for one wants it, and the rest when a slice ends', () => {
    const io = connect(false);
    send(io, 'one\ntwo\nthr');
    expect(shown).toEqual(['one\n', 'two\n']);
    io.flush();
    expect(shown).toEqual(['one\n', 'two\n', 'thr']);
  });

  it('is gathered where there is much of it in a slice', () => {
    const io = connect(false);
    send(io, 'line\n'.repeat(100));
    expect(shown).toHaveLength(8);
    io.flush();
    expect(shown).toHaveLength(9);
    send(io, 'line\n');
    expect(shown.slice(8)).toEqual(['line\n'.repeat(92), 'line\n']);
  });

  it('is always shown line by line beside events', () => {
    send(connect(true), 'line\n'.repeat(100));
    expect(shown).toHaveLength(100);
  });
});
