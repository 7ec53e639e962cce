/** The program `firstlight`: see `program.ts` for its commands and exit status. */
import { runProgram } from './program.js';

// A reader that closes the pipe early (`firstlight fdt F | head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

void runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
}).then((status) => (process.exitCode = status));
