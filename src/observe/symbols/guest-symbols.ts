/**
 * Names for places in a guest's code and data: those of files that were given, of the ELF file that was loaded, or those
 * that a Linux kernel carries itself. A place is found by its physical address, wherever the guest has mapped it.
 */
import { SymbolTable, elfNames, type Elf } from '../../images/index.js';
import type { Access } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import { imagesInMemory } from './images-in-memory.js';
import { KernelMemory } from './kernel-memory.js';
import {
  codeOfElf,
  codeOfImage,
  codeOfList,
  isOfKernel,
  placeIn,
  placeText,
  type NamedCode,
  type Place,
} from './named-code.js';
import type { SymbolFile } from './symbol-file.js';

/** Where something is that has a name. */
export interface NamedPlace {
  /** Virtual address, as it is linked. */
  readonly linked: bigint;
  readonly physical: number;
}

export class GuestSymbols {
  private readonly code: NamedCode[];

  /**
   * `elf`: the file that was loaded, if it was one; what is in memory of it has no names. `files` come before everything
   * that the guest brings itself.
   */
  constructor(
    private readonly machine: Machine,
    elf?: Elf,
    private readonly files: readonly SymbolFile[] = [],
  ) {
    const loaded = (machine.firmware?.segments ?? []).flatMap(({ address, bytes }) =>
      this.ofImage(address, bytes),
    );
    const ofPrograms = files
      .filter((file) => !isOfKernel(file))
      .flatMap((file) => [...codeOfElf(file), ...codeOfList(file)]);
    const ofKernels = loaded.length > 0 ? [] : files.filter(isOfKernel).flatMap(codeOfElf);
    const ofFiles = [...ofPrograms, ...ofKernels];
    const ofElf =
      elf === undefined ? [] : codeOfElf({ name: '', elf, names: new SymbolTable(elfNames(elf)) });
    this.code = [...ofFiles, ...ofElf, ...loaded];
  }

  /** What the place at a core's virtual address is called, as `start_kernel+0x10`; undefined if that is not known. */
  place(core: number, address: bigint, access: Access = 'execute'): string | undefined {
    const found = this.find(core, address, access);
    return found && placeText(found);
  }

  /** The place at a core's virtual address. */
  find(core: number, address: bigint, access: Access = 'execute'): Place | undefined {
    return this.at(address, this.machine.translate(core, address, access), access);
  }

  /** The place at a virtual address that is known to lie at a physical one, or to lie nowhere. */
  at(address: bigint, physical: number | undefined, access: Access = 'execute'): Place | undefined {
    return physical === undefined ? this.mapped(address) : this.loaded(address, physical, access);
  }

  /** Where the first place of this name is; undefined if there is none. */
  named(name: string): NamedPlace | undefined {
    for (const { names, linked: start, physical } of this.code) {
      const linked = names.addressOf(name);
      if (linked !== undefined) return { linked, physical: physical + Number(linked - start) };
    }
    return undefined;
  }

  /** A name's virtual address, as far as it has been seen where the guest runs, else as it is linked. */
  addressOf(name: string): bigint | undefined {
    for (const { names, slide = 0n } of this.code) {
      const linked = names.addressOf(name);
      if (linked !== undefined) return linked + slide;
    }
    return undefined;
  }

  /** The memory of a Linux kernel that has been seen to run where it is linked; undefined if there is none. */
  get kernelMemory(): KernelMemory | undefined {
    const kernel = this.code.find(({ slide }) => slide !== undefined);
    return kernel?.slide === undefined ? undefined : new KernelMemory(this.machine, kernel, kernel.slide);
  }

  /** Looks for Linux kernels in RAM that were not there at the start, as a boot loader brings them. True if there are new ones. */
  searchMemory(): boolean {
    const known = new Set(this.code.map(({ physical }) => physical));
    const found = imagesInMemory(this.machine, known).flatMap(({ address, bytes }) =>
      this.ofImage(address, bytes),
    );
    this.code.push(...found);
    return found.length > 0;
  }

  private ofImage(address: number, bytes: Uint8Array): NamedCode[] {
    const code = codeOfImage(address, bytes, this.files.find(isOfKernel));
    return code === undefined ? [] : [code];
  }

  private loaded(address: bigint, physical: number, access: Access): Place | undefined {
    const code = this.code.find((each) => physical >= each.physical && physical < each.physical + each.size);
    if (code === undefined) return undefined;
    const linked = code.linked + BigInt(physical - code.physical);
    // Data of the kernel's may be seen through its map of all memory, too.
    if (access === 'execute') code.slide = address - linked;
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
