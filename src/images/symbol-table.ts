/** Names for addresses. */
import { sectionFlag } from './elf/constants.js';
import type { Elf } from './elf/reader.js';
import type { ElfSymbol } from './elf/symbols.js';

export interface AddressName {
  readonly address: bigint;
  readonly name: string;
}

/** Names by address; of several at one address the last by name counts, as `llvm-objdump` has it. */
export class SymbolTable {
  private readonly names: readonly AddressName[];

  constructor(names: Iterable<AddressName>) {
    const sorted = [...names].sort(byAddressThenName);
    this.names = sorted.filter(({ address }, index) => sorted[index + 1]?.address !== address);
  }

  get size(): number {
    return this.names.length;
  }

  /** The address of a name. */
  addressOf(name: string): bigint | undefined {
    return this.names.find((entry) => entry.name === name)?.address;
  }

  /** The last name at or before `address`. */
  at(address: bigint): AddressName | undefined {
    return this.names[this.firstAfter(address) - 1];
  }

  /** The first name after `address`. */
  after(address: bigint): AddressName | undefined {
    return this.names[this.firstAfter(address)];
  }

  private firstAfter(address: bigint): number {
    let low = 0;
    let high = this.names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const name = this.names[middle];
      if (name !== undefined && name.address <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byAddressThenName(a: AddressName, b: AddressName): number {
  if (a.address !== b.address) return a.address < b.address ? -1 : 1;
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

const sectionSymbol = 3;
const fileSymbol = 4;

/** True for `$x`, `$d` and the like, which mark code and data. ELF for the Arm 64-bit Architecture, 5.5.5. */
export function isMappingSymbol({ name }: ElfSymbol): boolean {
  return /^\$[xd](\.|$)/.test(name);
}

/** Named places of one section, or of all sections that are in memory. */
export function elfNames(elf: Elf, section?: number): AddressName[] {
  return elf.symbols
    .filter((symbol) => symbol.name !== '' && symbol.type !== sectionSymbol && symbol.type !== fileSymbol)
    .filter((symbol) => !isMappingSymbol(symbol))
    .filter((symbol) =>
      section === undefined
        ? ((elf.sections[symbol.section]?.flags ?? 0n) & BigInt(sectionFlag.alloc)) !== 0n
        : symbol.section === section,
    )
    .map(({ value, name }) => ({ address: value, name }));
}
