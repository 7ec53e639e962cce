/** What a guest asks of the host's files, and what the host answers. */

/** What a core waits for. Handles are the guest's; names are as it wrote them. */
export type FileRequest = { readonly core: number } & (
  | { readonly what: 'open'; readonly handle: number; readonly name: Uint8Array; readonly mode: number }
  | { readonly what: 'close'; readonly handle: number }
  | { readonly what: 'read'; readonly handle: number; readonly length: number }
  | { readonly what: 'write'; readonly handle: number; readonly bytes: Uint8Array }
  | { readonly what: 'seek'; readonly handle: number; readonly position: number }
  | { readonly what: 'length'; readonly handle: number }
  | { readonly what: 'remove'; readonly name: Uint8Array }
  | { readonly what: 'rename'; readonly name: Uint8Array; readonly to: Uint8Array }
);

export interface FileAnswer {
  /** Linux's number of the error, or 0. */
  readonly error: number;
  /** Bytes that were written, or the length; 0 otherwise. */
  readonly value: number;
  /** What was read. */
  readonly bytes: Uint8Array;
}

export const answered = (value = 0, bytes = new Uint8Array()): FileAnswer => ({ error: 0, value, bytes });
export const failed = (error: number): FileAnswer => ({ error, value: 0, bytes: new Uint8Array() });

/** What there is on the host for a guest's files: each is done at once. */
export interface SemihostingFiles {
  perform(request: FileRequest): FileAnswer;
}

/** What a call moves at most; a guest that wants more is told how much is left, and calls again. */
export const MOST_BYTES = 2 ** 20;
/** Bytes of a name. */
export const LONGEST_NAME = 4096;
