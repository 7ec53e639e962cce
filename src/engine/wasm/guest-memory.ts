/** Guest loads and stores: the software TLB in line, everything else as the site says. */
import {
  TLB_ADDEND,
  TLB_ENTRIES,
  TLB_ENTRY_SIZE,
  TLB_TAG_READ,
  TLB_TAG_WRITE,
  TLB_UNPRIVILEGED,
} from '../layout.js';
import type { AccessName, Code } from './code.js';
import type { Access, Site } from './site.js';

/** What an access, or a part of it at an offset, moves, by which of WebAssembly's, to or from a local. */
export interface Move {
  readonly name: AccessName;
  readonly local: number;
  readonly offset: number;
}

type Kind = 'read' | 'write';

/** An access to the address in local `address`; by more than one move only where `fillTlb` is. */
export function emitAccess(
  code: Code,
  site: Site,
  access: Access,
  address: number,
  kind: Kind,
  moves: readonly Move[],
): void {
  const entry = lookUp(code, site, address, access, kind === 'read' ? TLB_TAG_READ : TLB_TAG_WRITE);
  const { control } = site;
  const { fillTlb } = control;
  code.expect(true);
  if (fillTlb === undefined) {
    const [only] = moves;
    code.if(
      () => emitMove(code, kind, only, () => pushHostAddress(code, address, entry)),
      () => control[kind === 'read' ? 'slowLoad' : 'slowStore'](access, address, only.local),
    );
    return;
  }
  const place = code.temporary('i32');
  code.ifValue(
    'i32',
    () => pushHostAddress(code, address, entry),
    () => fillTlb(access, address, kind),
  );
  code.set(place);
  for (const move of moves) emitMove(code, kind, move, () => code.get(place));
}

/** `pushPlace` pushes the byte address in memory. */
function emitMove(code: Code, kind: Kind, { name, local, offset }: Move, pushPlace: () => void): void {
  pushPlace();
  if (kind === 'write') code.get(local);
  code.access(name, offset);
  if (kind === 'read') code.set(local);
}

/** Pushes whether the TLB allows the access; returns the local with the TLB entry's address. */
export function lookUp(code: Code, site: Site, address: number, access: Access, tag: number): number {
  const { bytes, options } = access;
  const entry = code.temporary('i32');
  code.get(address);
  code.i64(12n - BigInt(Math.log2(TLB_ENTRY_SIZE)));
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
  code.i32((TLB_ENTRIES - 1) * TLB_ENTRY_SIZE);
  code.op('i32.and');
  if (options.unprivileged === true) code.loadFrom('i32', TLB_UNPRIVILEGED.address);
  else site.context.pushTlb();
  code.op('i32.add');
  code.tee(entry);
  code.access('i64.load', tag);
  code.get(address);
  if (options.aligned === true) {
    // An unaligned address keeps its low bits and never equals a tag.
    code.i64(BigInt.asUintN(64, ~0xfffn) | BigInt((options.alignment ?? bytes) - 1));
  } else {
    if (bytes > 1) {
      code.i64(BigInt(bytes - 1));
      code.op('i64.add');
    }
    code.i64(BigInt.asUintN(64, ~0xfffn));
  }
  code.op('i64.and');
  code.op('i64.eq');
  return entry;
}

/** Pushes where in memory the address is, by the TLB's entry. */
export function pushHostAddress(code: Code, address: number, entry: number): void {
  code.get(address);
  code.op('i32.wrap_i64');
  code.get(entry);
  code.access('i32.load', TLB_ADDEND);
  code.op('i32.add');
}
