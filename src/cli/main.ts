/** The program `firstlight`: see `program.ts` for its commands, `exit-status.ts` for its exit status. */
import { exitStatus } from './exit-status.js';
import { runProgram } from './program.js';
import { Streams } from './streams.js';
import { useZlib } from './zlib.js';

const streams = new Streams();
useZlib();

// A defect behind an event: told like those that runProgram catches.
process.on('uncaughtException', (error) => {
  streams.error(`firstlight: internal error: ${error.message.split('\n').join(' ')}\n`);
  process.exit(streams.statusAfter(exitStatus.wrong));
});

void runProgram(process.argv.slice(2), streams).then(
  (status) => (process.exitCode = streams.statusAfter(status)),
);
