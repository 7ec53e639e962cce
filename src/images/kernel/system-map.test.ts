import { describe, expect, it } from 'vitest';
import { isSystemMap, readSystemMap } from './system-map.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('System.map', () => {
  it('has places, in the order of the file', () => {
    const text = [
      '0000000000000020 A _absolute',
      '                 U undefined',
      'ffff800080000000 T _text',
      'ffff800080010000 t local\t[module]',
      '',
    ].join('\n');
    expect(readSystemMap(bytes(text.replace(/.*undefined\n/, '')))).toEqual([
      { address: 0xffff_8000_8000_0000n, type: 'T', name: '_text' },
      { address: 0xffff_8000_8001_0000n, type: 't', name: 'local' },
    ]);
  });

  it('says which line is none', () => {
    expect(() => readSystemMap(bytes('ffff800080000000 T _text\nnonsense\n'), 'map')).toThrow(
      "map: at 0x19: expected lines such as 'ffff800080000000 T _text'",
    );
  });

  it('is known by its first line', () => {
    expect(isSystemMap(bytes('ffff800080000000 T _text\nffff'))).toBe(true);
    expect(isSystemMap(bytes('hello\n'))).toBe(false);
    expect(isSystemMap(bytes('ffff800080000000 T _text'))).toBe(false);
  });
});
