/** The memory of a kernel whose symbols are known, by the kernel's own addresses. */
import type { Machine } from '../../machine/index.js';
import type { NamedCode } from './named-code.js';

export class KernelMemory {
  constructor(
    private readonly machine: Machine,
    private readonly code: NamedCode,
    private readonly slide: bigint,
  ) {}

  /** Where a symbol is. */
  addressOf(name: string): bigint | undefined {
    const linked = this.code.names.addressOf(name);
    return linked === undefined ? undefined : linked + this.slide;
  }

  /** A copy of what is there; undefined if that cannot be read. */
  read(address: bigint, length: number): DataView | undefined {
    const physical = this.physical(address);
    const bytes = physical === undefined ? undefined : this.machine.readMemory(physical, length);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The kernel's own pages are where they were loaded; the others are where a core that is in it finds them. */
  private physical(address: bigint): number | undefined {
    const { machine, code } = this;
    const offset = address - this.slide - code.linked;
    if (offset >= 0n && offset < BigInt(code.size)) return code.physical + Number(offset);
    const inside = machine.cluster.cores.find(({ activity, level }) => activity !== 'off' && level > 0);
    return inside && machine.translate(inside.index, address);
  }
}
