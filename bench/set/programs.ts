/** The benchmark set: C programs of guest/bench-linux, which run under Linux. */

export interface Program {
  readonly name: string;
  /** Its folder in guest/bench-linux. */
  readonly folder: 'compute' | 'vectors' | 'kernel';
  /**
   * Its checksum is made of doubles to the last bit: A64 has instructions that multiply and add with one rounding, which
   * compilers use, other architectures lack them.
   */
  readonly isFused?: true;
}

export const programs: readonly Program[] = [
  { name: 'integer', folder: 'compute' },
  { name: 'hash', folder: 'compute' },
  { name: 'sort', folder: 'compute' },
  { name: 'lz4', folder: 'compute' },
  { name: 'sha256', folder: 'compute' },
  { name: 'search', folder: 'compute' },
  { name: 'crc', folder: 'compute' },
  { name: 'states', folder: 'compute' },
  { name: 'lists', folder: 'compute' },
  { name: 'recursion', folder: 'compute' },
  { name: 'bytecode', folder: 'compute' },
  { name: 'matrix', folder: 'vectors', isFused: true },
  { name: 'bodies', folder: 'vectors', isFused: true },
  { name: 'fft', folder: 'vectors', isFused: true },
  { name: 'simd', folder: 'vectors' },
  { name: 'calls', folder: 'kernel' },
  { name: 'faults', folder: 'kernel' },
  { name: 'pipe', folder: 'kernel' },
  { name: 'processes', folder: 'kernel' },
  { name: 'files', folder: 'kernel' },
];

export const programNames: readonly string[] = programs.map(({ name }) => name);

/** Others beside the set, of arm64 only, in its folder `code`: nobody measures how fast they are. */
export const unmeasured: readonly string[] = ['patched'];
