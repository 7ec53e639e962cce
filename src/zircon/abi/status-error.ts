/**
 * What a system call cannot do, thrown from anywhere below it: the call ends with a status, `Status`. No Error, since
 * nobody looks where it comes from, and to write that down takes longer than most calls.
 */
export class StatusError {
  constructor(readonly status: number) {}
}
