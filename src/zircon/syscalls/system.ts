/** The system as a whole: power, random numbers, the kernel console, and the calls that test calling itself. */
import { decodeText } from '../../images/index.js';
import { Limit, PowerControl, Status } from '../abi/constants.js';
import { runDebugCommands } from '../debug-commands/commands.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { requireRoot } from './resource.js';

/** Bytes of a command at most. */
const DEBUG_COMMAND_MAX = 256;

/** The sum of the arguments, as an int. */
function sum(_call: Call, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): number {
  return (a + b + c + d + e + f + g + h) | 0;
}

export const systemCalls = {
  /** All cores always run: enabling them changes nothing. What only a PC has is not supported. */
  system_powerctl(call, resource, command) {
    requireRoot(call, resource);
    const { machine } = call.kernel;
    switch (command) {
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
  },
  cprng_draw_once(call, buffer, size) {
    if (size > Limit.CPRNG_DRAW_MAX_LEN) return Status.INVALID_ARGS;
    const bytes = new Uint8Array(size);
    call.kernel.random.fill(bytes);
    call.writeBytes(buffer, bytes);
    return Status.OK;
  },
  cprng_add_entropy(call, buffer, size) {
    if (size > Limit.CPRNG_ADD_ENTROPY_MAX_LEN) return Status.INVALID_ARGS;
    call.kernel.random.add(call.readBytes(buffer, size));
    return Status.OK;
  },
  /** The kernel console's command line; what it prints goes to the console. */
  debug_send_command(call, resource, buffer, size) {
    requireRoot(call, resource);
    if (size > DEBUG_COMMAND_MAX) return Status.INVALID_ARGS;
    runDebugCommands(call.kernel, decodeText(call.readBytes(buffer, size)));
    return Status.OK;
  },
  syscall_test_0: sum,
  syscall_test_1: sum,
  syscall_test_2: sum,
  syscall_test_3: sum,
  syscall_test_4: sum,
  syscall_test_5: sum,
  syscall_test_6: sum,
  syscall_test_7: sum,
  syscall_test_8: sum,
  syscall_test_wrapper: sum,
} satisfies Partial<Handlers>;
