/** Programs that take all there is of something, run from the shell, which lives on and can kill them. */
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { programs } from './programs/zircon/index.js';
import { Shell } from './programs/zircon-shell.js';

const glutton = new Map([['bin/glutton', decodeBase64(programs.glutton)]]);

describe('a program that has taken all', () => {
  it.each([
    ['threads', 1, /13\d{4} threads, then -4/],
    ['handles', 1, /19\d{4} handles, then -4/],
    ['messages', 2, /20\d\d messages, then -4/],
    ['time', 1, /\[\d+\]/],
  ])('%s can be killed from the shell', (what, cores, taken) => {
    const shell = new Shell(glutton, { cores });
    const output = shell.typeUntil(`run bin/glutton ${what} &\n`, what === 'time' ? '\n$ ' : 'then -4');
    const [, koid] = /\[(\d+)\]/.exec(output) ?? [];
    expect(output).toMatch(taken);
    expect(shell.run('ps').join()).toContain('bin/glutton, running');
    shell.run(`kill ${koid}`);
    expect(shell.run('run bin/hello x')).toContain('hello from bin/hello x');
    expect(shell.run('ps').join()).not.toContain('glutton');
  });

  it.each(['memory', 'processes'])(
    'memory, in the shape of %s, is killed, and the shell lives on',
    (what) => {
      const shell = new Shell(glutton);
      expect(shell.run(`run bin/glutton ${what}`).join()).toMatch(/\*KILL\* job \d+ 'bin\/glutton'/);
      expect(shell.run('run bin/hello x')).toContain('hello from bin/hello x');
      expect(shell.run('ps').join()).not.toContain('glutton');
    },
  );
});
