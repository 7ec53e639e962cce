import { describe, expect, it } from 'vitest';
import {
  genericName,
  registerNamed,
  registerToRead,
  registerToWrite,
  systemKey,
  systemOperation,
  systemOperations,
  systemRegisters,
} from './index.js';

describe('system registers', () => {
  it('have one name each, and one reader and one writer at an encoding', () => {
    expect(new Set(systemRegisters.map(({ name }) => name.toUpperCase())).size).toBe(systemRegisters.length);
    for (const register of systemRegisters) {
      if (register.read !== undefined) expect(registerToRead(register)).toBe(register);
      if (register.write !== undefined) expect(registerToWrite(register)).toBe(register);
      expect(registerNamed(register.name.toLowerCase())).toBe(register);
    }
  });

  it('are readable or writable, from the level in the name on', () => {
    for (const { name, read, write } of systemRegisters) {
      const level = /_EL([0-3])$/.exec(name)?.[1];
      expect(read ?? write, name).toBeDefined();
      // SP_ELx belongs to the level above; CNTPS is EL3's timer.
      if (level === undefined || name.startsWith('SP_') || name.startsWith('CNTPS')) continue;
      expect(Math.min(read ?? 3, write ?? 3), name).toBe(Number(level));
    }
  });

  it('have fields that fit and do not overlap', () => {
    for (const { name, fields } of systemRegisters) {
      let taken = 0n;
      for (const { lsb, width } of fields) {
        const mask = ((1n << BigInt(width)) - 1n) << BigInt(lsb);
        expect(taken & mask, name).toBe(0n);
        expect(lsb + width).toBeLessThanOrEqual(64);
        taken |= mask;
      }
    }
  });

  it('cover the whole ID space', () => {
    for (let at = 8; at < 64; at++) {
      const register = registerToRead({ op0: 3, op1: 0, CRn: 0, CRm: at >> 3, op2: at & 7 });
      expect(register?.read).toBe(1);
      expect(register?.write).toBeUndefined();
    }
  });

  it('tell a reader from a writer at the same encoding', () => {
    const encoding = { op0: 2, op1: 3, CRn: 0, CRm: 5, op2: 0 };
    expect(registerToRead(encoding)?.name).toBe('DBGDTRRX_EL0');
    expect(registerToWrite(encoding)?.name).toBe('DBGDTRTX_EL0');
    expect(genericName(encoding)).toBe('S2_3_C0_C5_0');
    expect(systemKey(encoding)).toBe(0b10_011_0000_0101_000);
  });
});

describe('system operations', () => {
  it('are found by their numbers', () => {
    for (const operation of systemOperations) expect(systemOperation(operation)).toBe(operation);
    expect(systemOperation({ op1: 3, CRn: 7, CRm: 4, op2: 1 })).toMatchObject({
      instruction: 'DC',
      name: 'ZVA',
      takesXt: true,
      level: 0,
    });
    expect(systemOperation({ op1: 7, CRn: 15, CRm: 0, op2: 0 })).toBeUndefined();
  });
});
