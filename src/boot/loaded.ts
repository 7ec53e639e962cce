/**
 * What is put into memory beside a kernel, or without one, and cores that start elsewhere for it: QEMU's generic loader
 * (docs/system/generic-loader).
 */
import type { Level } from '../engine/index.js';
import { isElf, readElf } from '../images/index.js';
import type { CoreStart } from '../machine/index.js';
import { BootError } from './error.js';
import { placeElf } from './kernel-placement.js';
import type { Segment } from './segments.js';

export interface LoadedImage {
  readonly name: string;
  /** An ELF file goes where its segments say, anything else where it is told. With none, a core is started only. */
  readonly bytes: Uint8Array;
  readonly placing: Placing;
  /** It is written over what is there, whatever that is. */
  readonly patches?: boolean;
}

export interface Placing {
  /** Physical address of the first byte, and where a core begins unless an ELF file says that; 0 unless given. */
  readonly address?: number;
  /** The core that begins there, at the highest level that it has. */
  readonly core?: number;
  /** An ELF file is bytes like others. */
  readonly raw?: boolean;
}

/** In one word, for recordings. */
export function placingText({ address = 0, core, raw }: Placing): string {
  return `0x${address.toString(16)}${core === undefined ? '' : `,core=${core}`}${raw === true ? ',raw' : ''}`;
}

/** Undefined for what is no such word. */
export function parsePlacing(text: string): Placing | undefined {
  const [, address, core, raw] = /^(0x[0-9a-f]{1,13})(?:,core=(\d{1,3}))?(,raw)?$/.exec(text) ?? [];
  if (address === undefined) return undefined;
  return {
    address: Number(address),
    ...(core === undefined ? {} : { core: Number(core) }),
    ...(raw === undefined ? {} : { raw: true }),
  };
}

export interface PlacedImages {
  readonly segments: readonly Segment[];
  /** Those that are written over others. */
  readonly patches: readonly Segment[];
  /** As they start then. */
  readonly cores: readonly CoreStart[];
}

/** @throws BootError, ImageError */
export function placeLoaded(
  images: readonly LoadedImage[],
  cores: readonly CoreStart[],
  level: Level,
): PlacedImages {
  const starts = [...cores];
  const placed: { readonly segments: Segment[]; readonly patches: Segment[] } = { segments: [], patches: [] };
  for (const { name, bytes, placing, patches } of images) {
    const { address = 0, core, raw } = placing;
    const isProgram = raw !== true && isElf(bytes);
    const image = isProgram
      ? placeElf(name, readElf(bytes, name))
      : {
          segments: bytes.length === 0 ? [] : [{ name, address, bytes, size: bytes.length }],
          entry: address,
        };
    if (core !== undefined) {
      const start = starts[core] as CoreStart | undefined;
      if (start === undefined) throw new BootError(`${name}: core ${core}: the machine has ${starts.length}`);
      starts[core] = { powered: start.powered, pc: image.entry, el: level, x0: 0 };
    }
    placed[patches === true ? 'patches' : 'segments'].push(...image.segments);
  }
  return { ...placed, cores: starts };
}
