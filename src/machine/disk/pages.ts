/** The pages of a disk, of which each is written or not. */

/** Bytes of a page. */
export const DISK_PAGE = 4096;

/** The parts of some bytes that lie in one page each, and where. */
export function* pieces(
  offset: number,
  bytes: Uint8Array,
): Generator<{ readonly page: number; readonly at: number; readonly part: Uint8Array }> {
  for (let done = 0; done < bytes.length;) {
    const at = offset + done;
    const page = Math.floor(at / DISK_PAGE);
    const length = Math.min((page + 1) * DISK_PAGE - at, bytes.length - done);
    yield { page, at, part: bytes.subarray(done, done + length) };
    done += length;
  }
}
