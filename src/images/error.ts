/** A file that is not what its format's document says. The message is one line: file, offset, expectation. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  /**
   * @param file name of the file as the caller knows it
   * @param offset byte offset of the offending field from the start of the file (decompressed, if it was
   *   compressed), or undefined where the file as a whole is wrong
   * @param expected what the format demands there, and what was found instead
   */
  constructor(
    readonly file: string,
    readonly offset: number | undefined,
    readonly expected: string,
  ) {
    super(
      offset === undefined ? `${file}: ${expected}` : `${file}: at 0x${offset.toString(16)}: ${expected}`,
    );
  }
}
