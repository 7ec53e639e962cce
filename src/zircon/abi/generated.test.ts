import { describe, expect, it } from 'vitest';
import { readAbi, readSyscalls } from '../../../scripts/zircon/abi.js';
import { hiddenCalls, syscallNumber, syscalls, vdsoCalls } from './numbers.js';
import { structs } from './structs.js';

describe('what is generated from the ABI tables', () => {
  it('has all 170 calls, of which 157 enter the kernel', () => {
    expect(readSyscalls()).toHaveLength(170);
    expect(syscalls).toHaveLength(157);
    expect(vdsoCalls).toHaveLength(13);
    syscalls.forEach(({ name }, number) => expect(syscallNumber[name]).toBe(number));
  });

  it('passes every argument in a register', () => {
    for (const call of [...syscalls, ...vdsoCalls]) expect(call.arguments.length).toBeLessThanOrEqual(8);
  });

  it('reads the table’s types', () => {
    const { arguments: read } = syscalls[syscallNumber.channel_read];
    expect(read.map(({ type }) => type)).toEqual([
      'zx_handle_t',
      'uint32_t',
      'void*',
      'zx_handle_t*',
      'uint32_t',
      'uint32_t',
      'uint32_t*',
      'uint32_t*',
    ]);
    expect(syscalls[syscallNumber.fifo_read].arguments[2].pointee).toEqual({
      type: 'void',
      direction: 'out',
      count: 'count * elem_size',
      optional: false,
    });
    expect(hiddenCalls).toEqual({ test1: ['syscall_test_1', 'syscall_test_2'], test2: ['syscall_test_3'] });
  });

  it('keeps the layouts of abi.json', () => {
    for (const [name, { size, fields }] of Object.entries(readAbi().structs)) {
      const found = structs[name as keyof typeof structs];
      expect(found.size).toBe(size);
      expect(Object.entries(found.offsets)).toEqual(fields.map((field) => [field.name, field.offset]));
    }
  });
});
