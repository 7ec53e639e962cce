/** What a system call cannot do, thrown from anywhere below it: the call ends with a status, `Status`. */
export class StatusError extends Error {
  override readonly name = 'StatusError';

  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}
