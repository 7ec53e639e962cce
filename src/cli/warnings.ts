/** What is wrong with a file that can be shown all the same, on the error stream. */

/** More warnings than these say nothing new. */
const most = 8;

export function warn(problems: readonly Error[], write: (text: string) => void): void {
  for (const { message } of problems.slice(0, most)) write(`firstlight: warning: ${message}\n`);
  if (problems.length > most) write(`firstlight: warning: and ${problems.length - most} more\n`);
}
