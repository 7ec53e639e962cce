/** The system as a whole: power, random numbers, tracing, and the calls that test calling itself. */
import { Status } from '../abi/constants.js';
import type { Call, Handler, Result } from './call.js';
import { requireRoot } from './resource.js';

/** ZX_SYSTEM_POWERCTL_*. */
const PowerControl = {
  ENABLE_ALL_CPUS: 1,
  DISABLE_ALL_CPUS_BUT_PRIMARY: 2,
  ACPI_TRANSITION_S_STATE: 3,
  X86_SET_PKG_PL1: 4,
  REBOOT: 5,
  REBOOT_BOOTLOADER: 6,
  REBOOT_RECOVERY: 7,
  SHUTDOWN: 8,
} as const;

/** ZX_CPRNG_DRAW_MAX_LEN, ZX_CPRNG_ADD_ENTROPY_MAX_LEN. */
const RANDOM_MAX = 256;

/** All cores always run: enabling them changes nothing. What only a PC has is not supported. */
function systemPowerctl(call: Call): Result {
  requireRoot(call, call.u32(0));
  const { machine } = call.kernel;
  switch (call.u32(1)) {
    case PowerControl.SHUTDOWN:
      machine.systemOff();
      return Status.OK;
    case PowerControl.REBOOT:
    case PowerControl.REBOOT_BOOTLOADER:
    case PowerControl.REBOOT_RECOVERY:
      machine.systemReset();
      return Status.OK;
    case PowerControl.ENABLE_ALL_CPUS:
      return Status.OK;
    case PowerControl.DISABLE_ALL_CPUS_BUT_PRIMARY:
    case PowerControl.ACPI_TRANSITION_S_STATE:
    case PowerControl.X86_SET_PKG_PL1:
      return Status.NOT_SUPPORTED;
    default:
      return Status.INVALID_ARGS;
  }
}

function drawRandom(call: Call): Result {
  const length = call.size(1);
  if (length > RANDOM_MAX) return Status.INVALID_ARGS;
  const bytes = new Uint8Array(length);
  call.kernel.random.fill(bytes);
  call.writeBytes(call.pointer(0), bytes);
  return Status.OK;
}

function addEntropy(call: Call): Result {
  const length = call.size(1);
  if (length > RANDOM_MAX) return Status.INVALID_ARGS;
  call.kernel.random.add(call.readBytes(call.pointer(0), length));
  return Status.OK;
}

/** Facilities for the kernel's developers, which this kernel does not have. */
const absentFacility: Handler = (call) => {
  requireRoot(call, call.u32(0));
  return Status.NOT_SUPPORTED;
};

/** Returns the sum of its arguments, as an int. */
const sumOf =
  (count: number): Handler =>
  (call) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = (sum + call.i32(i)) | 0;
    return sum;
  };

export const systemCalls: Readonly<Record<string, Handler>> = {
  system_powerctl: systemPowerctl,
  cprng_draw_once: drawRandom,
  cprng_add_entropy: addEntropy,
  debug_send_command: absentFacility,
  ktrace_read: absentFacility,
  ktrace_control: absentFacility,
  ktrace_write: absentFacility,
  mtrace_control: absentFacility,
  ...Object.fromEntries(Array.from({ length: 9 }, (_, count) => [`syscall_test_${count}`, sumOf(count)])),
  syscall_test_wrapper: sumOf(3),
};
