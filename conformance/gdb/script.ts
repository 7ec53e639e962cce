/** The session that GDB has with each target. */

export interface Step {
  readonly command: string;
  /** Ctrl-C comes so many ms later. */
  readonly interruptAfter?: number;
  /** It shows registers: those of the same name must have the same values, but for `registerDifferences`. */
  readonly ofRegisters?: true;
  /** What it says is the host's weather, but it must be like this. */
  readonly says?: RegExp;
}

export interface Places {
  /** Physical address that the kernel begins at, and of the ERET by which it leaves EL2. */
  readonly kernel: number;
  readonly eret: number;
  /** Instructions before the kernel's. */
  readonly stub: number;
}

const hex = (value: number): string => `0x${value.toString(16)}`;
const allRegisters: Step = { command: 'info registers', ofRegisters: true };
const tell = (...commands: string[]): Step[] => commands.map((command) => ({ command }));

/** System registers that hold the same on both when the MMU is on. */
const registers = [
  'TTBR1_EL1',
  'MAIR_EL1',
  'TCR_EL1',
  'SPSR_EL1',
  'ESR_EL1',
  'FAR_EL1',
  'HCR_EL2',
  'CPTR_EL2',
  'CNTFRQ_EL0',
];

/** What the seed's author did, and what there is besides. */
export function script({ kernel, eret, stub }: Places, port: number, cores: number): Step[] {
  const connect = `target remote 127.0.0.1:${port}`;
  return [
    ...tell(
      connect,
      'info threads',
      'info inferiors',
      'x/6i $pc',
      'info registers pc sp cpsr',
      'ni',
      'info registers pc',
    ),
    ...tell('stepi', 'nexti', `stepi ${stub - 3}`, 'info registers pc x1 x2 x3', 'x/2i $pc', 'x/4xg $pc'),
    allRegisters,
    // From EL2 to EL1 over ERET.
    ...tell(
      `tbreak *${hex(eret)}`,
      'continue',
      'x/i $pc',
      'stepi',
      'info registers pc cpsr',
      'p/x $SPSR_EL2',
      'p/x $ELR_EL2',
    ),
    ...tell(`hbreak *${hex(kernel + 4)}`, 'delete'),
    // By symbol, where the MMU is on by then.
    ...tell(
      'hbreak start_kernel',
      'continue',
      'backtrace',
      'x/4i $pc',
      'info registers pc sp x29 x30',
      'info line *$pc',
      'info frame',
      'info symbol $pc',
    ),
    allRegisters,
    ...registers.map((name) => ({ command: `p/x $${name}` })),
    ...tell('p $v0.q', 'p/x $fpcr', 'delete', 'x/s linux_banner', 'p/x *(int *)&system_state'),
    ...tell('watch *(char *)&early_boot_irqs_disabled', 'continue', 'x/i $pc', 'delete'),
    ...tell('rwatch *(char *)linux_banner', 'continue', 'backtrace 1', 'delete'),
    ...tell('break setup_arch', 'continue', 'finish', 'x/i $pc', 'up', 'delete'),
    ...tell('print/x *(long *)$sp = 0x1234', 'x/xg $sp', 'p $x20 = 0x55', 'info registers x20'),
    ...(cores > 1
      ? tell(
          'hbreak secondary_start_kernel',
          'continue',
          'thread',
          'backtrace',
          'thread apply 2 info registers pc',
          'delete',
        )
      : []),
    { command: 'continue', interruptAfter: 1500, says: /received signal SIGINT, Interrupt/ },
    { command: 'thread apply all x/i $pc', says: /Thread 1.*=> 0x/s },
    ...tell('x/xw 0xdead00000000', 'detach'),
    { command: connect, says: /in \?\? \(\)|in \w+ \(\)/ },
    { command: 'stepi', says: /in \?\? \(\)|in \w+ \(\)/ },
    ...tell('kill'),
  ];
}
