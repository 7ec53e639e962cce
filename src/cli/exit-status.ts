/** The exit statuses of all commands. docs/command-line.md says more. */

/** Numbers that every Unix has in common. */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGPIPE: 13, SIGTERM: 15 } as const;

/** The status by which shells tell that a signal ended a program. */
export const signalStatus = (signal: keyof typeof signalNumbers): number => 128 + signalNumbers[signal];

export const exitStatus = {
  done: 0,
  no: 1,
  wrong: 2,
  timeout: 124,
} as const;

/** For the end of `--help`. */
export const EXIT_STATUS = `
Exit status:
  0    done: the guest powered off, --until matched, --instructions were executed, Ctrl-A x
  1    no: --fail-on matched, the kernel gave up, nothing can wake the guest any more; a rule that
       rodso verify looks at is broken; a replay went astray; --engine lockstep has found a
       difference
  2    wrong use, bad input, or something that cannot be written: one line says which
  124  --timeout
  0-255
       what the guest has said by SYS_EXIT, with --semihosting
  129, 130, 143
       ended by SIGHUP, SIGINT or SIGTERM; a run first writes what --save and --stats ask for, and
       a second signal ends it at once
  141  whoever read the output has gone, as in firstlight fdt virt.dtb | head`;
