import { describe, expect, it } from 'vitest';
import { Disk, MemoryStore } from '../disk/index.js';
import type { MachineOptions } from '../configuration.js';
import { Machine } from '../machine.js';
import { boardNamed } from './boards.js';
import { BoardError } from './limits.js';

const MiB = 2 ** 20;

function refusal(options: MachineOptions): string {
  try {
    new Machine(options);
  } catch (error) {
    if (error instanceof BoardError) return error.message;
    throw error;
  }
  return expect.fail('it was built');
}

describe('a board', () => {
  it('is chosen by name', () => {
    expect(new Machine({ ramSize: MiB }).board.name).toBe('virt');
    expect(() => boardNamed('raspi9')).toThrow(
      new BoardError("'raspi9' is not a board, expected one of virt, raspi3b"),
    );
    expect(() => boardNamed('toString')).toThrow(BoardError);
  });

  it('has cores of a model, chosen by name', () => {
    const machine = new Machine({ ramSize: MiB, cpu: 'cortex-a53' });
    expect(machine.options.cpu).toBe('cortex-a53');
    machine.powerUp({ segments: [], cores: [{ powered: true, pc: 0, el: 2, x0: 0 }] });
    expect(machine.systemRegister(0, 'MIDR_EL1')).toBe(0x410f_d034n);
    const options = { cpu: 'cortex-m3' } as unknown as MachineOptions;
    expect(refusal(options)).toBe("'cortex-m3' is not a core model, expected one of cortex-a53");
  });

  it.each<[MachineOptions, string]>([
    [{ cores: 9 }, 'board virt: 9 cores asked for, it has 1 to 8'],
    [{ cores: 0 }, 'board virt: 0 cores asked for, it has 1 to 8'],
    [
      { ramSize: 3073 * MiB },
      'board virt: 3073 MiB of RAM asked for, it has 64 KiB to 3 GiB, a multiple of 64 KiB',
    ],
    [
      { ramSize: MiB + 4097 },
      'board virt: 1052673 bytes of RAM asked for, it has 64 KiB to 3 GiB, a multiple of 64 KiB',
    ],
    [
      { disks: [new Disk({ name: 'a', store: new MemoryStore() })] },
      'board virt: 1 disk asked for, it has room for none',
    ],
    [{ ramSize: 0 }, 'board virt: 0 bytes of RAM asked for, it has 64 KiB to 3 GiB, a multiple of 64 KiB'],
  ])('refuses %o in one line', (options, message) => expect(refusal(options)).toBe(message));

  it.each<[string, MachineOptions, string]>([
    ['cores', { cores: 1 }, 'board fixed: 1 cores asked for, it has 4'],
    ['RAM', { ramSize: MiB }, 'board fixed: 1 MiB of RAM asked for, it has 2 MiB'],
    [
      'EL2',
      { hypervisor: false, secure: true },
      'board fixed: cores up to EL3 asked for, its cores have up to EL2',
    ],
    ['a level', { hypervisor: false }, 'board fixed: cores up to EL1 asked for, its cores have up to EL2'],
  ])('whose %s cannot be chosen says so', (_, options, message) => {
    const board = {
      ...boardNamed('virt'),
      name: 'fixed',
      cores: { least: 4, most: 4, usual: 4 },
      ram: { base: 0x4000_0000, least: 2 * MiB, most: 2 * MiB, usual: 2 * MiB },
      levels: [2],
    } as const;
    expect(refusal({ board, ...options })).toBe(message);
    expect(new Machine({ board }).options).toMatchObject({ cores: 4, ramSize: 2 * MiB, hypervisor: true });
  });
});
