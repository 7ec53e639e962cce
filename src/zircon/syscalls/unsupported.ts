/**
 * System calls for hardware that the board does not have: PCI, virtualization, secure firmware, a frame
 * buffer. Arguments are checked as documented; what remains is the documented refusal. Objects of these types do
 * not exist, so that every handle to one is of the wrong type.
 */
import { Right, Status } from '../abi/constants.js';
import { ResourceKind } from '../objects/resource.js';
import { VmoDispatcher } from '../objects/vmo.js';
import type { Call, Handler, Result } from './call.js';
import { requireResource, requireRoot } from './resource.js';

/** SMC function identifiers: the service that they belong to. Arm DEN 0028. */
const SMC_SERVICE_SHIFT = 24;
const SMC_SERVICE_MASK = 0x3f;

/** A handle that cannot be of the type that is expected. */
export function wrongType(call: Call, value: number): number {
  call.handle(value);
  return call.wrongType().status;
}

/** A call whose first argument must be a handle to something that does not exist here. */
const absentObject: Handler = (call) => wrongType(call, call.u32(0));

/** A call for the owner of the machine, about hardware that is not there. */
const absentHardware: Handler = (call) => {
  requireRoot(call, call.u32(0));
  return Status.NOT_SUPPORTED;
};

/** A handle of 0 gives the frame buffer back. */
function framebufferSetRange(call: Call): Result {
  requireRoot(call, call.u32(0));
  if (call.u32(1) !== 0) call.object(call.u32(1), VmoDispatcher);
  return Status.NOT_SUPPORTED;
}

function smcCall(call: Call): Result {
  if (call.pointer(1) === 0 || call.pointer(2) === 0) return Status.INVALID_ARGS;
  const resource = requireResource(call, call.u32(0), ResourceKind.SMC);
  const service = BigInt((call.readU32(call.pointer(1)) >>> SMC_SERVICE_SHIFT) & SMC_SERVICE_MASK);
  return resource.covers(service, service + 1n) ? Status.NOT_SUPPORTED : Status.ACCESS_DENIED;
}

function guestCreate(call: Call): Result {
  if (call.u32(1) !== 0) return Status.INVALID_ARGS;
  requireResource(call, call.u32(0), ResourceKind.HYPERVISOR);
  return Status.NOT_SUPPORTED;
}

function vcpuCreate(call: Call): Result {
  return call.u32(1) === 0 ? wrongType(call, call.u32(0)) : Status.INVALID_ARGS;
}

/** x86 alone has I/O ports. */
function ioportsRequest(call: Call): Result {
  requireResource(call, call.u32(0), ResourceKind.IOPORT);
  return Status.NOT_SUPPORTED;
}

/** Pages of VMOs come from the kernel alone. */
function pagerCreate(call: Call): Result {
  return call.u32(0) === 0 ? Status.NOT_SUPPORTED : Status.INVALID_ARGS;
}

/** Another kernel cannot take this one's place. */
function systemMexec(call: Call): Result {
  requireRoot(call, call.u32(0));
  call.object(call.u32(1), VmoDispatcher, Right.READ);
  call.object(call.u32(2), VmoDispatcher, Right.READ);
  return Status.NOT_SUPPORTED;
}

export const unsupportedCalls: Readonly<Record<string, Handler>> = {
  framebuffer_get_info: absentHardware,
  framebuffer_set_range: framebufferSetRange,
  pci_get_nth_device: absentHardware,
  pci_enable_bus_master: absentObject,
  pci_reset_device: absentObject,
  pci_config_read: absentObject,
  pci_config_write: absentObject,
  pci_cfg_pio_rw: absentHardware,
  pci_get_bar: absentObject,
  pci_map_interrupt: absentObject,
  pci_query_irq_mode: absentObject,
  pci_set_irq_mode: absentObject,
  pci_init: absentHardware,
  pci_add_subtract_io_range: absentHardware,
  pc_firmware_tables: absentHardware,
  smc_call: smcCall,
  guest_create: guestCreate,
  guest_set_trap: absentObject,
  vcpu_create: vcpuCreate,
  vcpu_resume: absentObject,
  vcpu_interrupt: absentObject,
  vcpu_read_state: absentObject,
  vcpu_write_state: absentObject,
  ioports_request: ioportsRequest,
  pager_create: pagerCreate,
  pager_create_vmo: absentObject,
  system_mexec: systemMexec,
  system_mexec_payload_get: absentHardware,
};
