/** Bytes between a VMO and a process's memory, page by page: zx_vmo_read, zx_vmo_write. */
import { Status } from '../abi/constants.js';
import type { AddressSpace } from './address-space.js';
import { PAGE_SIZE } from './layout.js';
import { NO_PAGE } from './page-allocator.js';
import type { Vmo } from './vmo.js';

/** A place in a VMO: a page and a byte in it, since byte offsets may exceed 2^53. */
export interface VmoPlace {
  readonly index: number;
  readonly within: number;
}

/** A stretch of both sides that crosses no page. */
type Piece = (index: number, within: number, address: number, length: number) => number;

function eachPiece(place: VmoPlace, address: number, length: number, copy: Piece): number {
  let { index, within } = place;
  for (let done = 0; done < length;) {
    const at = address + done;
    const piece = Math.min(PAGE_SIZE - within, PAGE_SIZE - (at % PAGE_SIZE), length - done);
    const status = copy(index, within, at, piece);
    if (status !== Status.OK) return status;
    done += piece;
    within += piece;
    if (within < PAGE_SIZE) continue;
    within = 0;
    index += 1;
  }
  return Status.OK;
}

/** Reads `length` bytes of a VMO, all inside it, into user memory. INVALID_ARGS: a bad address. */
export function readToUser(
  vmo: Vmo,
  place: VmoPlace,
  space: AddressSpace,
  address: number,
  length: number,
): number {
  const { ram } = space.vm.pages;
  space.vm.work.addCopy(length);
  return eachPiece(place, address, length, (index, within, at, piece) => {
    // The user page first: it may be one of this very VMO.
    const to = space.resolve(at, true);
    if (to < 0) return Status.INVALID_ARGS;
    const page = vmo.see(index);
    if (page === NO_PAGE) ram.fill(to, piece);
    else ram.copy(to, page + within, piece);
    return Status.OK;
  });
}

/** Writes `length` bytes of user memory to a VMO, all inside it. INVALID_ARGS: a bad address; NO_MEMORY. */
export function writeFromUser(
  vmo: Vmo,
  place: VmoPlace,
  space: AddressSpace,
  address: number,
  length: number,
): number {
  const { ram } = space.vm.pages;
  space.vm.work.addCopy(length);
  return eachPiece(place, address, length, (index, within, at, piece) => {
    if (space.resolve(at, false) < 0) return Status.INVALID_ARGS;
    const page = vmo.commit(index, 'vmo write');
    if (page === NO_PAGE) return Status.NO_MEMORY;
    // Looked up again: the commit may have moved what is there.
    const from = space.resolve(at, false);
    if (from < 0) return Status.INVALID_ARGS;
    ram.copy(page + within, from, piece);
    return Status.OK;
  });
}
