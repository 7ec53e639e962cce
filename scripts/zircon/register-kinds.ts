/** How the 64 bits of a register that holds an argument or a result are to be read. */
import type { Argument } from './abi.js';

/**
 * By C type, or by C type and name where one type stands for two things (AAPCS64: the upper bits of a narrow one are
 * anything). The kinds are those of `RegisterKind` in src/zircon/abi/signature.ts.
 */
const registerKinds: Readonly<Record<string, string>> = {
  bool: 'bool',
  uint8_t: 'u8',
  uint16_t: 'u16',
  uint32_t: 'u32',
  zx_clock_t: 'u32',
  zx_rights_t: 'u32',
  zx_signals_t: 'u32',
  zx_vm_option_t: 'u32',
  zx_handle_t: 'handle',
  int: 's32',
  int32_t: 's32',
  zx_futex_t: 's32',
  zx_status_t: 's32',
  int64_t: 's64',
  zx_time_t: 's64',
  'zx_time_t deadline': 'time',
  zx_duration_t: 'time',
  size_t: 'size',
  uint64_t: 'u64',
  uintptr_t: 'u64',
  zx_koid_t: 'u64',
  zx_paddr_t: 'u64',
  zx_ticks_t: 'u64',
  zx_vaddr_t: 'u64',
  void: 'void',
};

/** Bytes of what a kind's C types are in memory, as far as they can be there. */
const memorySizes: Readonly<Record<string, number>> = {
  u32: 4,
  s32: 4,
  handle: 4,
  u64: 8,
  s64: 8,
  time: 8,
  size: 8,
};

/** The kind of a result, or of an argument of a name. Throws for a C type that has none. */
export function registerKind(type: string, name = ''): string {
  if (type.endsWith('*')) return 'pointer';
  const kind = registerKinds[`${type} ${name}`] ?? registerKinds[type];
  if (!kind) throw new Error(`no register kind for the C type ${type}`);
  return kind;
}

/** C types of whole numbers that take so many bytes of memory. */
export const typesOfSize = (bytes: number): string[] =>
  Object.keys(registerKinds).filter(
    (type) => !type.includes(' ') && memorySizes[registerKinds[type] ?? ''] === bytes,
  );

const numberTypes: Readonly<Record<string, string>> = {
  bool: 'boolean',
  u8: 'number',
  u16: 'number',
  u32: 'number',
  s32: 'number',
  size: 'number',
  time: 'number',
  u64: 'bigint',
  s64: 'bigint',
  handle: 'HandleValue',
};
const pointerTypes = { in: 'UserIn', out: 'UserOut', inout: 'UserInOut' } as const;

/** What a handler receives for an argument, as TypeScript has it. */
export function argumentType({ name, type, pointee }: Argument): string {
  if (pointee === undefined) return numberTypes[registerKind(type, name)];
  return `${pointee.optional ? 'OptionalOut' : pointerTypes[pointee.direction]}<'${pointee.type}'>`;
}
