/**
 * Semihosting: a program that makes calls at random, `semihosting/program.c`, on QEMU and here, each with a directory of its own.
 * What each call gives, what is on the console, in the files and in the exit status must agree; and a recording of the run
 * must replay without the directory.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryFiles } from '../src/cli/run/semihosting-files.js';
import { makeMachine, Player, readRecording, Recorder, Session, type Machine } from '../src/index.js';

const sources = new URL('semihosting/', import.meta.url).pathname;
const STEPS = 1000;
const TIMEOUT = 60_000;
const ARGUMENTS = 'one two';

interface Run {
  /** Lines of the serial port, one for each call. */
  readonly calls: readonly string[];
  /** What SYS_WRITE0 and SYS_WRITEC have sent, and what was written to `:tt`. */
  readonly direct: string;
  readonly files: string;
  readonly status: number | null;
}

function build(directory: string, seed: number): string {
  const image = join(directory, 'program.elf');
  // What is no application's exit is status 1; only the low eight bits of a status count.
  const status = seed % 4 === 0 ? -1 : seed * 37;
  execFileSync('clang', [
    ...['--target=aarch64-none-elf', '-mcpu=cortex-a53', '-mgeneral-regs-only', '-ffreestanding', '-O1'],
    ...['-mstrict-align', '-Wall', '-Werror', '-nostdlib', '-fuse-ld=lld', `-Wl,-T,${sources}program.ld`],
    ...[`-DSEED=${seed}ull`, `-DSTEPS=${STEPS}`, `-DSTATUS=${status}`],
    ...[join(sources, 'start.S'), join(sources, 'program.c'), '-o', image],
  ]);
  return image;
}

/** Every file below a directory with its content. */
function content(directory: string): string {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  return names
    .map((name) => {
      const path = join(directory, name);
      return `${name}: ${statSync(path).isDirectory() ? 'directory' : readFileSync(path, 'latin1')}`;
    })
    .join('\n');
}

function room(directory: string, name: string): string {
  const path = join(directory, name);
  mkdirSync(join(path, 'sub'), { recursive: true });
  return path;
}

function onQemu(directory: string, image: string): Run {
  const files = room(directory, 'qemu');
  const [serial, direct] = ['serial', 'console'].map((name) => join(directory, name));
  const { status } = spawnSync(
    'qemu-system-aarch64',
    [
      ...['-M', 'virt', '-cpu', 'cortex-a53', '-display', 'none', '-monitor', 'none', '-net', 'none'],
      ...['-serial', `file:${serial}`, '-chardev', `file,id=console,path=${direct}`],
      ...['-semihosting-config', 'enable=on,chardev=console,arg=program.elf,arg=one,arg=two'],
      ...['-kernel', image],
    ],
    { cwd: files, timeout: TIMEOUT, stdio: 'ignore' },
  );
  return {
    calls: readFileSync(serial, 'latin1').split('\r\n'),
    direct: readFileSync(direct, 'latin1'),
    files: content(files),
    status,
  };
}

/** A machine about to run the program; what it sends goes to `heard`. */
function listenTo(machine: Machine): () => Pick<Run, 'calls' | 'direct'> {
  let [calls, direct] = ['', ''];
  machine.board.serialPorts[0].transmitted.add((byte) => (calls += String.fromCharCode(byte)));
  machine.semihosting?.console.transmitted.add((byte) => (direct += String.fromCharCode(byte)));
  // What is written to `:tt` begins so; on QEMU it goes elsewhere.
  return () => ({ calls: calls.split('\r\n'), direct: direct.replace(/^tt[a-z]*\n/gm, '') });
}

const RECORDED = { firstlight: 'conformance', embed: () => true, embedDisks: true };

async function here(directory: string, image: string): Promise<Run & { readonly replays: string }> {
  const files = room(directory, 'here');
  const origin = {
    system: 'linux' as const,
    machine: {
      hypervisor: false,
      ramSize: 128 * 2 ** 20,
      semihosting: { userspace: false, commandLine: `program.elf ${ARGUMENTS}`, files: true },
    },
    seed: 0n,
    files: [{ role: 'kernel' as const, name: 'program.elf', bytes: new Uint8Array(readFileSync(image)) }],
  };
  const machine = makeMachine(origin);
  const heard = listenTo(machine);
  const parts: Uint8Array[] = [];
  const recorder = await Recorder.start({
    ...RECORDED,
    machine,
    origin,
    write: (bytes) => void parts.push(bytes),
  });
  const served = new DirectoryFiles(files);
  const ending = await new Session(machine, { files: served, timeout: TIMEOUT / 1000 }).run();
  served.close();
  await recorder.finish(ending.kind);
  const run = {
    ...heard(),
    files: content(files),
    status: ending.kind === 'exited' ? ending.status : null,
  };
  return { ...run, replays: await replayed(Buffer.concat(parts), run) };
}

/** What is wrong with a replay of the recording, or nothing. */
async function replayed(bytes: Uint8Array, run: Pick<Run, 'calls' | 'direct'>): Promise<string> {
  const recording = readRecording(bytes, 'recording');
  const machine = makeMachine(await recording.origin(() => new Uint8Array()));
  const heard = listenTo(machine);
  const player = new Player(machine, recording);
  for (let result = player.step(); result !== 'replayed';) result = player.step();
  await player.verify();
  const { calls, direct } = heard();
  return calls.join() === run.calls.join() && direct === run.direct ? '' : 'a replay says something else';
}

export interface SemihostingComparison {
  readonly calls: number;
  readonly differing: readonly string[];
}

/** Compares runs from these seeds; needs clang, ld.lld and `qemu-system-aarch64`. */
export async function semihosting(seeds: readonly number[]): Promise<SemihostingComparison> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-semihosting-'));
  let calls = 0;
  const differing: string[] = [];
  try {
    for (const seed of seeds) {
      const place = join(directory, String(seed));
      mkdirSync(place);
      const image = build(place, seed);
      const [qemu, ours] = [onQemu(place, image), await here(place, image)];
      calls += qemu.calls.length;
      const at = qemu.calls.findIndex((line, i) => line !== ours.calls[i]);
      if (at >= 0) differing.push(`seed ${seed}: QEMU "${qemu.calls[at]}", here "${ours.calls[at] ?? ''}"`);
      for (const what of ['direct', 'files', 'status'] as const)
        if (qemu[what] !== ours[what]) differing.push(`seed ${seed}: other ${what}`);
      if (ours.replays !== '') differing.push(`seed ${seed}: ${ours.replays}`);
    }
    return { calls, differing };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
