/** Guest loads and stores: the software TLB in line, everything else through the host. */
import { accessFlags } from '../access-flags.js';
import type { AccessOptions, AccessSize } from '../ir/nodes.js';
import {
  SCRATCH,
  TLB_ADDEND,
  TLB_ENTRIES,
  TLB_ENTRY_SIZE,
  TLB_TAG_READ,
  TLB_TAG_WRITE,
  TLB_UNPRIVILEGED,
} from '../layout.js';
import type { AccessName, Code } from './code.js';
import type { Frame } from './frame.js';

/** What is accessed, and how. */
export interface Access {
  readonly bytes: AccessSize;
  readonly options: AccessOptions;
}

/** Instructions by the bytes they move. */
export const loadNames: Readonly<Record<number, AccessName>> = {
  1: 'i32.load8_u',
  2: 'i32.load16_u',
  4: 'i32.load',
  8: 'i64.load',
  16: 'v128.load',
};
export const storeNames: Readonly<Record<number, AccessName>> = {
  1: 'i32.store8',
  2: 'i32.store16',
  4: 'i32.store',
  8: 'i64.store',
  16: 'v128.store',
};

/** Loads from the address in local `address` to local `result`. */
export function emitLoad(code: Code, frame: Frame, access: Access, address: number, result: number): void {
  const entry = lookUp(code, frame, address, access, TLB_TAG_READ);
  code.if(
    () => {
      pushHostAddress(code, address, entry);
      code.access(loadNames[access.bytes], 0);
      code.set(result);
    },
    () => {
      slowAccess(code, frame, 'load', address, access);
      code.i32(0);
      code.access(loadNames[access.bytes], SCRATCH);
      code.set(result);
    },
  );
}

/** Stores local `value` to the address in local `address`. */
export function emitStore(code: Code, frame: Frame, access: Access, address: number, value: number): void {
  const entry = lookUp(code, frame, address, access, TLB_TAG_WRITE);
  code.if(
    () => {
      pushHostAddress(code, address, entry);
      code.get(value);
      code.access(storeNames[access.bytes], 0);
    },
    () => {
      code.i32(0);
      code.get(value);
      code.access(storeNames[access.bytes], SCRATCH);
      slowAccess(code, frame, 'store', address, access);
    },
  );
}

/** Pushes whether the TLB allows the access; returns the local with the TLB entry's address. */
function lookUp(code: Code, frame: Frame, address: number, access: Access, tag: number): number {
  const { bytes, options } = access;
  const entry = code.temporary('i32');
  code.get(address);
  code.i64(12n - BigInt(Math.log2(TLB_ENTRY_SIZE)));
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
  code.i32((TLB_ENTRIES - 1) * TLB_ENTRY_SIZE);
  code.op('i32.and');
  if (options.unprivileged === true) code.loadFrom('i32', TLB_UNPRIVILEGED.address);
  else frame.pushTlb();
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

function pushHostAddress(code: Code, address: number, entry: number): void {
  code.get(address);
  code.op('i32.wrap_i64');
  code.get(entry);
  code.access('i32.load', TLB_ADDEND);
  code.op('i32.add');
}

function slowAccess(code: Code, frame: Frame, kind: 'load' | 'store', address: number, access: Access): void {
  const { bytes, options } = access;
  frame.sync();
  code.get(frame.entry);
  code.get(address);
  code.op('i32.wrap_i64');
  code.get(address);
  code.i64(32n);
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
  code.i32(accessFlags(bytes, options));
  code.call(frame.slowAccess(kind));
  code.op('i32.eqz');
  code.if(() => frame.redirect());
}
