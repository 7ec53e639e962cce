/** What executes instructions: the interpreter, or the reference evaluator. */

/** Works on the state in memory: that of the active core, which is prepared for it (`Core.prepare`). */
export interface Executor {
  /** Executes until STOP is set or BUDGET no longer suffices for a page of instructions. */
  run(): void;
  /** Executes until STOP is set or BUDGET is used up. */
  runExact(): void;
}
