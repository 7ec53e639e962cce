/** Another kernel in this one's place: docs/syscalls/system_mexec.md, system_mexec_payload_get.md. */
import { BootError, bootItems, planMexec } from '../../boot/index.js';
import { ImageError, writeZbi } from '../../images/index.js';
import { Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { PagedVmo } from '../vm/paged-vmo.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import type { HandleValue } from './entry/user-pointer.js';
import { requireRoot } from './resource.js';

/** Bytes of the buffer for items at most. */
const PAYLOAD_MAX = 16 * 1024;

/** A VMO of memory: one of device registers holds no kernel. */
function vmoOf(call: Call, handle: HandleValue): PagedVmo {
  const { vmo } = call.object(handle, VmoDispatcher, Right.READ);
  if (!(vmo instanceof PagedVmo)) throw new StatusError(Status.NOT_SUPPORTED);
  if (vmo.accessStatus !== Status.OK) throw new StatusError(vmo.accessStatus);
  return vmo;
}
function contentOf(vmo: PagedVmo): Uint8Array {
  const bytes = new Uint8Array(vmo.size);
  vmo.read(0, bytes);
  return bytes;
}

export const mexecCalls = {
  /** Returns only if it fails. What is no kernel, or does not fit into RAM, is refused before anything is lost. */
  system_mexec(call, resource, kernelVmo, imageVmo) {
    requireRoot(call, resource);
    const [kernel, image] = [vmoOf(call, kernelVmo), vmoOf(call, imageVmo)];
    const { kernel: self } = call;
    const { board } = self.machine;
    if (kernel.size + image.size > board.ram.size) return Status.NO_MEMORY;
    try {
      self.giveWayTo(planMexec(contentOf(kernel), contentOf(image), board, self.random.u64()));
      return Status.OK;
    } catch (error) {
      if (!(error instanceof ImageError || error instanceof BootError)) throw error;
      self.log.print(`mexec: ${error.message}`);
      return Status.INVALID_ARGS;
    }
  },
  /** The items that a boot loader adds for this machine, as an image of their own. */
  system_mexec_payload_get(call, resource, buffer, size) {
    requireRoot(call, resource);
    if (size > PAYLOAD_MAX) return Status.INVALID_ARGS;
    const payload = writeZbi(bootItems(call.kernel.machine.board));
    if (payload.length > size) return Status.BUFFER_TOO_SMALL;
    call.writeBytes(buffer, payload);
    return Status.OK;
  },
} satisfies Partial<Handlers>;
