/** Names for the places that a walk comes by: those of symbols, and what was put into memory for the start. */
import type { Access } from '../../engine/index.js';
import { shownName } from '../../images/index.js';
import type { Machine } from '../../machine/index.js';
import { placeText, type GuestSymbols, type Place } from '../symbols/index.js';

export class Places {
  constructor(
    private readonly machine: Machine,
    private readonly symbols: GuestSymbols,
  ) {}

  /** Where a core's virtual address is in physical memory, for such an access at its level of privilege. */
  physical(core: number, address: bigint, access: Access = 'read'): number | undefined {
    return this.machine.translate(core, address, access);
  }

  code(address: bigint, physical: number | undefined): Place | undefined {
    const place = this.symbols.at(address, physical);
    return place && { ...place, name: shownName(place.name) };
  }

  /** What lies at a virtual address: a symbol with the distance from it. */
  name(core: number, address: bigint): string | undefined {
    return this.nameAt(address, this.physical(core, address));
  }

  nameAt(address: bigint, physical: number | undefined): string | undefined {
    const place = this.symbols.at(address, physical, 'read');
    // Behind an end begins something without a name.
    if (place !== undefined && place.distance > 0 && /_end$/.test(place.name)) return undefined;
    if (place !== undefined) return placeText({ ...place, name: shownName(place.name) });
    return physical === undefined ? undefined : this.segment(physical);
  }

  /** What begins at a virtual address. */
  nameOfStart(core: number, address: bigint): string | undefined {
    return this.nameOfStartAt(address, this.physical(core, address));
  }

  nameOfStartAt(address: bigint, physical: number | undefined): string | undefined {
    const name = this.nameAt(address, physical);
    return name?.includes('+0x') === true ? undefined : name;
  }

  /** What was put into memory at the start, but for what has symbols. */
  private segment(physical: number): string | undefined {
    const { name, address } =
      this.machine.firmware?.segments.find(
        (each) => physical >= each.address && physical < each.address + (each.size ?? each.bytes.length),
      ) ?? {};
    if (name === undefined || address === undefined) return undefined;
    return placeText({ name: segmentName(name), distance: physical - address });
  }
}

/** Of what was put into memory, the file's name. */
export function segmentName(name: string): string {
  return shownName(name.split('/').at(-1) ?? name);
}
