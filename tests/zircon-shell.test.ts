/** The built-in system as somebody sees it who learns: the shell's commands, a service and its client. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeBase64 } from '../src/zircon/images/image.js';
import { bootZircon, builtInBootImage } from '../src/zircon/index.js';
import { programs } from './programs/zircon/index.js';
import { Shell } from './programs/zircon-shell.js';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const program = (name: string): [string, Uint8Array] => [`bin/${name}`, decodeBase64(programs[name])];

const files = new Map([
  program('reader'),
  program('namespace-client'),
  ['lib/other/special', text('special')],
]);

// One for all who do not need it otherwise; each leaves it at its prompt.
let shell: Shell;
beforeAll(() => {
  shell = new Shell(files);
}, 60_000);

/** The koid that `ps` shows for a process. */
function koidOf(name: string): string {
  const line = shell.run('ps').find((each) => each.includes(` ${name}, `));
  return /process (\d+)/.exec(line ?? '')?.[1] ?? `no ${name}`;
}

describe('help', () => {
  const source = readFileSync(join(import.meta.dirname, '..', 'guest', 'sh', 'shell.h'), 'utf8');
  const names = [...source.matchAll(/^int command_(\w+)\(/gm)].map(([, name]) => name);

  it('lists every command', () => {
    const lines = shell.run('help');
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(lines.filter((line) => line.split(' ')[0] === name)).toHaveLength(1);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it.each(names)('says how %s is used, with examples', (name) => {
    const lines = shell.run(`help ${name}`);
    expect(lines[0].split(' ').slice(0, 2)).toEqual(['usage:', name]);
    expect(lines[1]).not.toBe('');
    expect(lines.filter((line) => line.startsWith('  '))).not.toEqual([]);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('says so if there is no such command', () => {
    expect(shell.run('help nothing')).toEqual(['help: no command nothing; "help" lists them']);
    expect(shell.run('vmos 1')).toEqual(['vmos: expected the koid of a process or job, found 1']);
    expect(shell.run('handles')).toEqual(['usage: handles KOID [all]']);
    expect(shell.run('trace on me')).toEqual([
      'trace: no group me; expected lifecycle, scheduler, tasks, ipc, irq, probe or arch',
    ]);
  });

  it.each(['top -n', 'top -n -1', 'top -n 0', 'kill -1', 'threads " 1"', 'exit ""', 'exit 3000000000'])(
    'says how it is used instead of doing %s',
    (line) => {
      expect(shell.run(line)[0]).toMatch(new RegExp(`^usage: ${line.split(' ')[0]} `));
    },
  );

  it('says so if the kernel does not tell that of a job', () => {
    const [, job] = /job (\d+)/.exec(shell.run('jobs')[0]) ?? [];
    expect(shell.run(`handles ${job} all`)).toEqual(['handles: ZX_ERR_WRONG_TYPE']);
    for (const name of ['handles', 'threads', 'vmos', 'vmaps'])
      expect(shell.run(`${name} ${job}`)).toEqual([`${name}: ZX_ERR_WRONG_TYPE`]);
  });
});

describe('the service notes', () => {
  it('is started by its first client, and keeps what clients write', () => {
    expect(shell.run('ps').join()).not.toContain('svc/notes');
    expect(shell.run('notes milk buy some')).toEqual([]);
    expect(shell.run('notes tea "two cups"')).toEqual([]);
    expect(shell.run('notes')).toEqual(['milk: buy some', 'tea: two cups']);
    expect(shell.run('notes tea')).toEqual(['two cups']);
    expect(shell.run('ps').filter((line) => line.includes('svc/notes, running'))).toHaveLength(1);
  });

  it('answers what it does not have, and forgets what it is told to', () => {
    expect(shell.run('notes nothing')).toEqual(['notes: nothing: ZX_ERR_NOT_FOUND', 'notes: ended with 1']);
    expect(shell.run('notes -d milk')).toEqual([]);
    expect(shell.run('notes -d milk')).toEqual(['notes: milk: ZX_ERR_NOT_FOUND', 'notes: ended with 1']);
    expect(shell.run('notes')).toEqual(['tea: two cups']);
    expect(shell.run(`notes ${'x'.repeat(33)} long`)[0]).toContain('ZX_ERR_OUT_OF_RANGE');
  });

  it('is started again when it has ended', () => {
    shell.run(`kill ${koidOf('svc/notes')}`);
    expect(shell.run('notes')).toEqual([]);
    expect(shell.run('notes new start')).toEqual([]);
    expect(shell.run('notes')).toEqual(['new: start']);
  });

  it('is where the others see it: its channels, handles and memory', () => {
    const notes = koidOf('svc/notes');
    const manager = koidOf('bin/component_manager');
    const channels = shell.run(`channels ${notes}`);
    const line = new RegExp(`^\\d+ bin/component_manager\\[${manager}\\] <-> \\d+ svc/notes\\[${notes}\\]$`);
    // Its requests, its files, its loader, its services.
    expect(channels.filter((each) => line.test(each))).toHaveLength(4);
    const handles = shell.run(`handles ${notes} all`);
    expect(handles.filter((each) => / channel \d+, with \d+$/.test(each))).toHaveLength(4);
    expect(handles.at(-1)).toBe(`${handles.length - 2} in all`);
    expect(shell.run(`handles ${notes}`).at(-1)?.trim()).toBe(`${handles.length - 2} in all`);
    const vmos = shell.run(`vmos ${notes}`);
    // The file, and the copy of its data that the loader has named.
    expect(vmos.filter((each) => / (data:)?svc\/notes$/.test(each)).length).toBeGreaterThan(1);
    expect(vmos.at(-1)).toMatch(new RegExp(`^${vmos.length - 2} VMOs, \\d+K filled$`));
  });

  it('has a place in the whole system’s memory', () => {
    const vmos = shell.run('vmos');
    const koids = vmos.slice(1, -1).map((line) => Number(line.trim().split(' ')[0]));
    const filled = vmos.slice(1, -1).map((line) => Number(/(\d+)K +\d+ +\d+ /.exec(line)?.[1]));
    expect(new Set(koids).size).toBe(koids.length);
    expect([...filled].sort((a, b) => b - a)).toEqual(filled);
    expect(vmos.some((line) => line.endsWith('userboot-bootfs'))).toBe(true);
    expect(vmos.at(-1)).toMatch(new RegExp(`^${koids.length} VMOs, \\d+K filled, without the shell's own$`));
  });
});

describe('trace', () => {
  /** What is recorded while a line runs. */
  const record = (groups: string, line: string): string[] => {
    expect(shell.run(`trace on ${groups}`)).toEqual([]);
    shell.run(line);
    expect(shell.run('trace off')[0]).toMatch(/^\d+ bytes of records; "trace show" prints them$/);
    return shell.run('trace show');
  };

  it('shows which message went from whom to whom', () => {
    const lines = record('ipc tasks', 'notes milk buy some').join('\n');
    // guest/notes/notes.h: header, index and two sizes, then name and text; the reply has a status and a size.
    const sizes = [16 + 4 + 2 * 4 + 'milk'.length + 'buy some'.length, 16 + 2 * 4];
    const [, client, service] = /notes main: channel created: (\d+) and (\d+)$/m.exec(lines) ?? [];
    const expected = [
      'bin/sh main: process \\d+ created',
      `notes main: channel ${client} written: ${sizes[0]} bytes, 0 handles`,
      `svc/notes main: channel ${service} read: ${sizes[0]} bytes, 0 handles`,
      `svc/notes main: channel ${service} written: ${sizes[1]} bytes, 0 handles`,
      `notes main: channel ${client} read: ${sizes[1]} bytes, 0 handles`,
      'process \\d+ ends',
    ];
    expect(lines).toMatch(new RegExp(expected.map((line) => `\\] .*${line}\n`).join('[^]*')));
    expect(lines).not.toMatch(/interrupt|core \d/);
  });

  it('shows system calls by name, of the thread that its core went to', () => {
    const lines = record('scheduler irq', 'vmos').map((line) => line.replace(/^\[ *\d+\.\d{6}\] /, ''));
    const start = lines.indexOf('bin/sh main: object_get_info');
    expect(lines.slice(start, start + 2)).toEqual([
      'bin/sh main: object_get_info',
      'bin/sh main: object_get_info ends',
    ]);
    expect(lines.some((line) => / goes to bin\/sh main$/.test(line))).toBe(true);
  });

  it('begins anew each time, and ends with Ctrl-C', () => {
    const lines = record('probe', 'help nothing');
    expect(lines).toEqual([]);
    record('', 'vmos');
    shell.typeUntil('trace show\n', '] ');
    expect(shell.typeUntil('\x03', '\n$ ')).toContain('^C\n');
  });
});

describe('the kernel console', () => {
  it('does what is typed behind k', () => {
    expect(shell.run('k help').join('\n')).toMatch(/^\s*ps\b/m);
    expect(shell.run('k zx ps').join('\n')).toMatch(/:bin\/sh\]$/m);
    expect(shell.run('k')).toEqual(['usage: k COMMAND...']);
    expect(shell.run(`k ${'x'.repeat(257)}`)).toEqual(['k: ZX_ERR_OUT_OF_RANGE']);
  });
});

describe('top', () => {
  it('shows who runs, as often as it is told, on each core', () => {
    const lines = new Shell(new Map(), { cores: 2 }).run('top -n 2 0.01');
    const heads = lines.filter((line) =>
      /^up \d+\.\d{3} s, memory \d+ MiB of \d+ free, cores busy( \d+\.\d%){2}$/.test(line),
    );
    expect(heads).toHaveLength(2);
    expect(lines.filter((line) => / \d\.\d{3}s +\d+ +\d+K bin\/sh$/.test(line))).toHaveLength(2);
  });

  it('ends with Ctrl-C', () => {
    shell.typeUntil('top 0.01\n', 'bin/sh\n');
    shell.typeUntil('\x03', '\n$ ');
    expect(shell.run('help nothing')).toEqual(['help: no command nothing; "help" lists them']);
  });
});

describe('the standard input of programs', () => {
  it('is lines that are typed, edited as on a terminal, to their end', () => {
    const output = shell.typeUntil(
      'reader lines\nfirst\nsecx\x7fond\nforgotten\x15kept two\x17three\n\x04',
      'end 1\n$ ',
    );
    expect(output.match(/line \[.*\]/g)).toEqual(['line [first]', 'line [second]', 'line [kept three]']);
  });

  it('is what scanf reads, up to what it does not take', () => {
    const output = shell.typeUntil('reader numbers\n3 apples 4\npears\nx\n', 'stopped with 0, then [x]\n$ ');
    expect(output.match(/\d times \w+/g)).toEqual(['3 times apples', '4 times pears']);
  });

  it('is characters and bytes', () => {
    const counted = shell.typeUntil('reader characters\nab c\nd\n\x04', 'others\n$ ');
    expect(counted).toContain('4 letters, 3 others');
    // A line without its end, by Ctrl-D in it.
    const bytes = shell.typeUntil('reader bytes\n0123456789\nabc\x04\x04', 'file 5 -1 1\n$ ');
    expect(bytes.match(/\d+ bytes/g)).toEqual(['8 bytes', '3 bytes', '3 bytes']);
  });

  it('is asked for behind the question', () => {
    shell.typeUntil('reader one\n', 'name? ');
    expect(shell.typeUntil('somebody\n', 'characters\n$ ')).toContain('9 characters');
  });

  it('leaves what is typed for the next prompt if the program does not read it', () => {
    const output = shell.typeUntil('hello\nreader one\nme\nhelp nothing\n', 'lists them\n$ ');
    expect(output).toMatch(/\$ reader one\nname\? me\n3 characters\n\$ help nothing\nhelp: no command/);
  });

  it('is at its end in the background, and gone with Ctrl-C', () => {
    shell.typeUntil('reader lines &\n', 'end 1');
    shell.typeUntil('\nreader lines\nx\n', 'line [x]');
    shell.typeUntil('half a line\x03', '\n$ ');
    expect(shell.run('help nothing')).toEqual(['help: no command nothing; "help" lists them']);
  });

  it('is the console for a program that userboot starts', () => {
    const append = 'userboot.next=bin/reader+lines userboot.shutdown';
    const { machine } = bootZircon(builtInBootImage(files), { ramSize: 128 * 2 ** 20, append });
    let console = '';
    machine.onTransmit = (byte) => (console += String.fromCharCode(byte).replace('\r', ''));
    machine.receive(text('typed x\x7fearly\r\x04'));
    expect(machine.run({ instructions: 100e6 })).toBe('powered off');
    expect(console).toContain('\ntyped x\b \bearly\nline [typed early]\nend 1\n');
  });
});

describe('the component manager', () => {
  it.each([
    ['exit', 'exit 3\n', 3],
    ['the end of the input', '\x04', 0],
  ])('gives the next shell what was typed behind %s', (_, keys, status) => {
    const output = shell.typeUntil(`${keys}help nothing\n`, 'lists them\n$ ');
    expect(output).toContain(`bin/sh ended with ${status}, starting another\n`);
    expect(output).toContain('$ help nothing\nhelp: no command nothing;');
  });

  it('gives the next shell what a killed one has left, and Ctrl-C as a key', () => {
    shell.typeUntil(`time kill ${koidOf('bin/sh')}\n`, 'lists the commands.\n$ ');
    expect(shell.typeUntil('half a line\x03', '\n$ ')).toContain('half a line^C\n');
    expect(shell.run('help nothing')).toEqual(['help: no command nothing; "help" lists them']);
  });

  it('takes the mark of an exclusive configuration on either side, and closes what asks for no service', () => {
    const found = 'ZX_OK';
    const none = 'ZX_ERR_NOT_FOUND';
    expect(shell.run('namespace-client')).toEqual([
      `'': ZX_OK, plain ${found}, special ${none}`,
      `'other': ZX_OK, plain ${found}, special ${found}`,
      `'!other': ZX_OK, plain ${none}, special ${found}`,
      `'other!': ZX_OK, plain ${none}, special ${found}`,
      `'!': ZX_ERR_INVALID_ARGS, plain ${none}, special ${found}`,
      `'': ZX_OK, plain ${found}, special ${none}`,
      `'!none': ZX_OK, plain ${none}, special ${none}`,
      'component_manager: svc/none: expected a program in the boot image (ZX_ERR_NOT_FOUND)',
      '/svc/none: ZX_OK, closed',
      '../bin/sh: ZX_OK, closed',
      'a-name-that-is-much-longer-than-any-service-of-any-boot-image-may-have: ZX_ERR_BAD_PATH',
    ]);
  });
});
