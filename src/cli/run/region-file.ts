/**
 * Regions that are kept from run to run, in files: one for each kernel, so that one that is booted again finds what was
 * made of it. A file's name says what it holds for; whether a region does is seen by its words (`RegionKeeper`). So a
 * file that is missing, or of something else, costs time and nothing more.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { KeptRegions } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import type { Origin } from '../../observe/index.js';
import { FileError, filesBelow, makeDirectory, named, writeOutput } from '../files/index.js';

/** Files in a directory at most, those that were written last. */
const FILES_MOST = 64;
/** Bytes from the start and from the end of a file by which it is known. */
const SAMPLE = 0x1_0000;
/** ms until it is written for the first time; from then on always twice as many, up to some. */
const INTERVAL = 2000;
const INTERVAL_MOST = 120_000;
const SUFFIX = '.regions';

/** The program as it is built, and bytes from its start that no other has. */
const program = fileURLToPath(import.meta.url);
const IDENTITY = 64;

/** Whether nobody but the user, and root, can write to a file: what is in it is executed. */
function isOwn(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o022) === 0);
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Where they are unless told: $XDG_CACHE_HOME/firstlight, as other programs' caches. */
export function usualDirectory(): string {
  const { XDG_CACHE_HOME: cache } = process.env;
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'firstlight');
}

/** A directory that somebody has named must be one. @throws FileError */
export function checkKept(directory: string): void {
  if (directory !== 'none' && directory !== usualDirectory()) makeDirectory(directory);
}

/** The file of one run's regions. */
export class RegionFile {
  private readonly path: string;
  private interval = INTERVAL;
  /** When the host's clock shows so many ms, something may be written. */
  private next = performance.now() + INTERVAL;

  /** `variant`: what the translator was told. */
  constructor(
    private readonly directory: string,
    { system, machine, files }: Origin,
    variant: string,
  ) {
    const hash = createHash('sha256');
    // All that it depends on is in this program, which begins with its identity, and in what compiles it.
    hash.update(readFileSync(program).subarray(0, IDENTITY));
    hash.update([process.version, process.arch, variant, system, machine.board ?? ''].join('\n'));
    for (const { role, bytes } of files) {
      if (role === 'initrd') continue;
      hash.update(`\n${role} ${bytes.length} `);
      hash.update(bytes.subarray(0, SAMPLE)).update(bytes.subarray(-SAMPLE));
    }
    this.path = join(directory, hash.digest('hex').slice(0, 32) + SUFFIX);
  }

  /** What the run before has left; undefined if there is none, it is not whole, or others could have written it. */
  read(): KeptRegions | undefined {
    try {
      if (!isOwn(this.path)) return undefined;
      const bytes = readFileSync(this.path);
      const content = bytes.subarray(32);
      if (!digest(content).equals(bytes.subarray(0, 32))) return undefined;
      return deserialize(content) as KeptRegions;
    } catch {
      return undefined;
    }
  }

  /** Leaves what a machine has for the next run: at its end, and now and then before, since it may be killed. */
  keep(machine: Machine, atEnd: boolean): void {
    const now = performance.now();
    if (now < (atEnd ? 0 : this.next)) return;
    this.interval = Math.min(2 * this.interval, INTERVAL_MOST);
    this.next = now + this.interval;
    const kept = machine.cluster.keptRegions(atEnd);
    if (kept !== undefined) this.write(kept);
  }

  private write(kept: KeptRegions): void {
    const content = serialize(kept);
    try {
      makeDirectory(this.directory);
      this.makeOwn();
      writeOutput(this.path, Buffer.concat([digest(content), content]));
      this.removeOldest();
    } catch (error) {
      // A cache is no result.
      if (!(error instanceof FileError)) throw error;
      this.next = Infinity;
    }
  }

  /** What is written has the mode of the file that is there. */
  private makeOwn(): void {
    if (isOwn(this.path)) return;
    named(this.path, () => {
      rmSync(this.path, { force: true });
      writeFileSync(this.path, '', { mode: 0o600, flag: 'wx' });
    });
  }

  private removeOldest(): void {
    const written = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const files = filesBelow(this.directory)
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => join(this.directory, name))
      .map((path) => ({ path, written: written(path) }));
    for (const { path } of files.sort((a, b) => b.written - a.written).slice(FILES_MOST))
      rmSync(path, { force: true });
  }
}
