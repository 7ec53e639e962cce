/** A boot that cannot be laid out as asked. The message is one line: which file, where, what was expected. */
export class BootError extends Error {
  override readonly name = 'BootError';
}
