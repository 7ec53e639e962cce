/** A file that is no recording, or not one that can be replayed here. The message is one line. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** A replay that does not do what was recorded. The message is one line: where, and what differs. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
}

export const wrongAt = (name: string, offset: number, what: string): RecordingError =>
  new RecordingError(`${name}: at offset 0x${offset.toString(16)}: ${what}`);
