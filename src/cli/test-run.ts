/** For tests: the command line in this process, with what it prints. */
import { runProgram } from './program.js';

export async function run(...args: string[]): Promise<{ status: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const status = await runProgram(args, {
    out: (data) => (out += typeof data === 'string' ? data : new TextDecoder().decode(data)),
    error: (text) => (error += text),
  });
  return { status, out, error };
}
