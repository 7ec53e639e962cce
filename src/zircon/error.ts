/** A Zircon system that cannot be started. The message is one line. */
export class ZirconError extends Error {
  override readonly name = 'ZirconError';
}
