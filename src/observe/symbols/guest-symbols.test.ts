import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readElf } from '../../images/index.js';
import { Machine } from '../../machine/index.js';
import { GuestSymbols, placeText, readSymbolFile } from './index.js';

const data = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`../../../tests/data/images/${name}`, import.meta.url)));
const text = (lines: readonly string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);

const RAM = 0x4000_0000;

/** An Image that carries no symbols, of 1 MiB, with code of its own at its start. */
function image(): Uint8Array {
  const bytes = new Uint8Array(0x1000);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfa40_5a4d, true);
  view.setBigUint64(16, 0x10_0000n, true);
  view.setUint32(56, 0x644d_5241, true);
  return bytes;
}

function machineWith(segments: { address: number; bytes: Uint8Array }[]): Machine {
  const machine = new Machine({ ramSize: 4 << 20, hypervisor: false });
  machine.powerUp({ segments, cores: [{ powered: true, pc: RAM, el: 1, x0: 0 }] });
  return machine;
}

const map = readSymbolFile(
  text(['ffff800080000000 T _text', 'ffff800080000040 T primary_entry', 'ffff800080080000 D swapper_pg_dir']),
  'System.map',
);

describe('names of places', () => {
  it('are those of the ELF file that was loaded', () => {
    const symbols = new GuestSymbols(machineWith([]), readElf(data('sample.elf')));
    expect(symbols.place(0, 0x4008_0000n)).toBe('_start');
    expect(symbols.place(0, 0x4008_0008n)).toBe('_start+0x8');
    expect(symbols.place(0, 0x4007_fffcn)).toBeUndefined();
  });

  it('are those of a System.map for the Image in memory, wherever that lies', () => {
    const machine = machineWith([{ address: RAM + 0x20_0000, bytes: image() }]);
    const symbols = new GuestSymbols(machine, undefined, [map]);
    expect(symbols.named('primary_entry')).toEqual({ linked: 0xffff_8000_8000_0040n, physical: 0x4020_0040 });
    expect(symbols.addressOf('primary_entry')).toBe(0xffff_8000_8000_0040n);
    expect(symbols.place(0, 0x4020_0044n)).toBe('primary_entry+0x4');
    // Seen to run there, with the MMU off.
    expect(symbols.addressOf('swapper_pg_dir')).toBe(0x4028_0000n);
    expect(symbols.named('nothing')).toBeUndefined();
  });

  it('are found for an Image that came into memory later', () => {
    const machine = machineWith([]);
    const symbols = new GuestSymbols(machine, undefined, [map]);
    machine.writeMemory(RAM + 0x20_0000, image());
    expect(symbols.place(0, 0x4020_0040n)).toBeUndefined();
    expect(symbols.searchMemory()).toBe(true);
    expect(symbols.place(0, 0x4020_0040n)).toBe('primary_entry');
    expect(symbols.searchMemory()).toBe(false);
  });

  it('of a file with lines come with them', () => {
    const file = readSymbolFile(data('lines/dwarf5.elf'), 'dwarf5.elf');
    const place = new GuestSymbols(machineWith([]), undefined, [file]).find(0, 0x4008_0014n);
    expect(place).toMatchObject({ name: 'first', distance: 4, source: { file: 'first.c', line: 4 } });
    expect(place && placeText(place)).toBe('first+0x4');
  });

  it('need a file that has some', () => {
    expect(() => readSymbolFile(text(['hello']), 'f')).toThrow(
      'f: at 0x0: expected an ELF file or a System.map',
    );
    const other = data('sample.elf');
    other[18] = 62;
    expect(() => readSymbolFile(other, 'f')).toThrow(
      'f: at 0x12: expected ELF machine 183 (AArch64), found 62',
    );
  });
});
