/** Bytes for the guest that it has not acknowledged yet. */

export class SendBuffer {
  private chunks: Uint8Array[] = [];
  /** Of the first chunk, bytes that are acknowledged. */
  private gone = 0;
  private total = 0;

  /** Bytes that there are. */
  get length(): number {
    return this.total;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.chunks.push(bytes.slice());
    this.total += bytes.length;
  }

  /** The first bytes leave. */
  drop(count: number): void {
    this.total -= count;
    this.gone += count;
    let done = 0;
    while (done < this.chunks.length && this.gone >= this.chunks[done].length) {
      this.gone -= this.chunks[done].length;
      done += 1;
    }
    if (done > 0) this.chunks = this.chunks.slice(done);
  }

  /** Bytes from an offset on, in pieces. They are all there. */
  pieces(offset: number, length: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    let from = offset + this.gone;
    for (const chunk of this.chunks) {
      if (length === 0) break;
      if (from >= chunk.length) {
        from -= chunk.length;
        continue;
      }
      const piece = chunk.subarray(from, from + length);
      pieces.push(piece);
      length -= piece.length;
      from = 0;
    }
    return pieces;
  }

  /** All of them, one after the other. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.total);
    let at = 0;
    for (const piece of this.pieces(0, this.total)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
  replace(bytes: Uint8Array): void {
    this.chunks = bytes.length === 0 ? [] : [bytes.slice()];
    this.gone = 0;
    this.total = bytes.length;
  }
}
