/** A line that the monitor does not take: told in QEMU's words. */
export class MonitorError extends Error {
  override readonly name = 'MonitorError';

  constructor(
    message: string,
    /** Whether the command's help may help. */
    readonly isSyntax = false,
  ) {
    super(message);
  }
}
