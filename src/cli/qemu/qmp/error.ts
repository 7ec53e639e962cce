/** A command that is refused: QEMU's class and words. */
export class QmpError extends Error {
  override readonly name = 'QmpError';

  constructor(
    message: string,
    readonly errorClass: 'GenericError' | 'CommandNotFound' | 'DeviceNotFound' = 'GenericError',
  ) {
    super(message);
  }
}
