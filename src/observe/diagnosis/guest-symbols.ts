/**
 * Names for places in the code that a machine was started with: those that a Linux kernel carries itself, or those of
 * the ELF file that was loaded. A place is found by its physical address, wherever the guest has mapped it.
 */
import {
  elfNames,
  isArm64Image,
  readArm64Image,
  readKallsyms,
  SymbolTable,
  type AddressName,
  type Elf,
} from '../../images/index.js';
import type { Machine } from '../../machine/index.js';
import { KernelMemory, type NamedCode } from './kernel-memory.js';

export class GuestSymbols {
  private readonly code: readonly NamedCode[];

  /** `elf`: the file that was loaded, if it was one; what is in memory of it has no names. */
  constructor(
    private readonly machine: Machine,
    elf?: Elf,
  ) {
    const loaded = machine.firmware?.segments ?? [];
    this.code = [...(elf === undefined ? [] : ofElf(elf)), ...loaded.flatMap(ofImage)];
  }

  /** What the code at a core's virtual address is called, as `start_kernel+0x10`; undefined if that is not known. */
  place(core: number, address: bigint): string | undefined {
    const physical = this.machine.translate(core, address, 'execute');
    const found = physical === undefined ? this.mapped(address) : this.loaded(address, physical);
    if (found === undefined) return undefined;
    const distance = found.linked - found.name.address;
    return distance === 0n ? found.name.name : `${found.name.name}+0x${distance.toString(16)}`;
  }

  /** The memory of a Linux kernel that has been seen to run where it is linked; undefined if there is none. */
  get kernelMemory(): KernelMemory | undefined {
    const kernel = this.code.find(({ slide }) => slide !== undefined);
    return kernel?.slide === undefined ? undefined : new KernelMemory(this.machine, kernel, kernel.slide);
  }

  private loaded(address: bigint, physical: number): Place | undefined {
    const code = this.code.find((each) => physical >= each.physical && physical < each.physical + each.size);
    if (code === undefined) return undefined;
    const linked = code.linked + BigInt(physical - code.physical);
    code.slide = address - linked;
    return placeIn(code, linked);
  }

  /** Where the present exception level may not fetch, it is known from before where the guest has its code. */
  private mapped(address: bigint): Place | undefined {
    for (const code of this.code) {
      const linked = address - (code.slide ?? 0n);
      const isWithin = linked >= code.linked && linked < code.linked + BigInt(code.size);
      if (code.slide !== undefined && isWithin) return placeIn(code, linked);
    }
    return undefined;
  }
}

type Place = { readonly linked: bigint; readonly name: AddressName };

function placeIn({ names }: NamedCode, linked: bigint): Place | undefined {
  const name = names.at(linked);
  return name && { linked, name };
}

function ofElf(elf: Elf): NamedCode[] {
  const names = new SymbolTable(elfNames(elf));
  return elf.segments.map(({ physicalAddress, memorySize, virtualAddress }) => ({
    physical: Number(physicalAddress),
    size: Number(memorySize),
    linked: virtualAddress,
    names,
  }));
}

function ofImage({ address, bytes }: { readonly address: number; readonly bytes: Uint8Array }): NamedCode[] {
  const found = isArm64Image(bytes) ? readKallsyms(bytes) : undefined;
  if (found === undefined) return [];
  const { linkAddress: linked, symbols } = found;
  const size = Math.max(bytes.length, memoryOf(bytes));
  return [{ physical: address, size, linked, names: new SymbolTable(symbols) }];
}

/** Bytes of memory that an Image says it takes; 0 for one out of a snapshot that is damaged. */
function memoryOf(image: Uint8Array): number {
  try {
    return Number(readArm64Image(image).imageSize);
  } catch {
    return 0;
  }
}
