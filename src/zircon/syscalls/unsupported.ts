/**
 * System calls for hardware that the board does not have: PCI, virtualization, secure firmware, a frame
 * buffer. Arguments are checked as documented; what remains is the documented refusal. Objects of these types do
 * not exist, so that every handle to one is of the wrong type.
 */
import { ResourceKind, SmcService, Status } from '../abi/constants.js';
import { VmoDispatcher } from '../objects/vmo.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { pointerAt, type HandleValue } from './entry/user-pointer.js';
import { requireResource, requireRoot } from './resource.js';

/** A handle that cannot be of the type that is expected. */
export function wrongType(call: Call, value: HandleValue): number {
  call.handle(value);
  return call.wrongType().status;
}

/** A call for the owner of the machine, about hardware that is not there. */
function absentHardware(call: Call, resource: HandleValue): number {
  requireRoot(call, resource);
  return Status.NOT_SUPPORTED;
}

export const unsupportedCalls = {
  framebuffer_get_info: absentHardware,
  /** A handle of 0 gives the frame buffer back. */
  framebuffer_set_range(call, resource, vmo) {
    requireRoot(call, resource);
    if (vmo !== 0) call.object(vmo, VmoDispatcher);
    return Status.NOT_SUPPORTED;
  },
  pci_get_nth_device: absentHardware,
  pci_enable_bus_master: wrongType,
  pci_reset_device: wrongType,
  pci_config_read: wrongType,
  pci_config_write: wrongType,
  pci_cfg_pio_rw: absentHardware,
  pci_get_bar: wrongType,
  pci_map_interrupt: wrongType,
  pci_query_irq_mode: wrongType,
  pci_set_irq_mode: wrongType,
  pci_init: absentHardware,
  pci_add_subtract_io_range: absentHardware,
  pc_firmware_tables: absentHardware,
  smc_call(call, handle, parameters, result) {
    if (parameters === 0 || result === 0) return Status.INVALID_ARGS;
    const resource = requireResource(call, handle, ResourceKind.SMC);
    // The first field: the function's identifier.
    const identifier = call.readU32(pointerAt(parameters));
    const service = BigInt((identifier >>> SmcService.SHIFT) & SmcService.MASK);
    return resource.covers(service, service + 1n) ? Status.NOT_SUPPORTED : Status.ACCESS_DENIED;
  },
  guest_create(call, resource, options) {
    if (options !== 0) return Status.INVALID_ARGS;
    requireResource(call, resource, ResourceKind.HYPERVISOR);
    return Status.NOT_SUPPORTED;
  },
  guest_set_trap: wrongType,
  vcpu_create: (call, guest, options) => (options === 0 ? wrongType(call, guest) : Status.INVALID_ARGS),
  vcpu_resume: wrongType,
  vcpu_interrupt: wrongType,
  vcpu_read_state: wrongType,
  vcpu_write_state: wrongType,
  /** x86 alone has I/O ports. */
  ioports_request(call, resource) {
    requireResource(call, resource, ResourceKind.IOPORT);
    return Status.NOT_SUPPORTED;
  },
} satisfies Partial<Handlers>;
