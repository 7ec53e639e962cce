/** Runs a batch of translations on QEMU: `qemu-system-aarch64 -M virt,virtualization=on[,secure=on] -cpu cortex-a53`. */
import { assembled, ramAfter, startAt } from '../qemu/bare-program.js';
import { DONE, layoutDefinitions, PROGRAM, RAM, RESULT_BYTES, RESULTS, type ProgramLevel } from './layout.js';

const TIMEOUT_MS = 60_000;

/** Assembles the program; throws when clang or ld.lld fails. */
export function buildProgram(level: ProgramLevel): Uint8Array {
  return assembled('translation', PROGRAM, layoutDefinitions(), level === 3 ? ['-DMONITOR'] : []);
}

/** Runs QEMU on `memory`, the beginning of its RAM, until it powers off; answers the results. */
export function runOnQemu(memory: Uint8Array, count: number, level: ProgramLevel): Uint8Array {
  const board = level === 3 ? 'virtualization=on,secure=on' : 'virtualization=on';
  const ram = ramAfter({ memory, board, start: startAt(PROGRAM), timeout: TIMEOUT_MS });
  if (ram[DONE - RAM] !== 1) throw new Error('QEMU did not come to the end of the translations');
  return ram.subarray(RESULTS - RAM, RESULTS - RAM + count * RESULT_BYTES);
}
