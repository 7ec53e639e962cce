/** What QEMU refuses as well, in its words: one line for the user, and QEMU's exit status, which is 1. */
export class QemuError extends Error {
  override readonly name = 'QemuError';

  /** `hint` is what QEMU says in further lines, or the reason that firstlight knows beside. */
  constructor(message: string, hint?: string) {
    super(hint === undefined ? message : `${message} (${hint})`);
  }
}

/** Does something whose errors QEMU tells with the option, as it was written, in front. */
export function forOption<T>(option: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof QemuError) throw new QemuError(`${option}: ${error.message}`);
    throw error;
  }
}
