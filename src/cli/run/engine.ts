/** `--engine`: what executes a run's instructions, and how. */
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { regionText, type EngineName, type MadeRegion, type TranslatorOptions } from '../../engine/index.js';
import { printable } from '../../images/index.js';
import type { Disk, Machine } from '../../machine/index.js';
import { locate, Lockstep, LockstepError, type Origin } from '../../observe/index.js';
import { UsageError } from '../command.js';
import { FileError, isMissingOrEmpty, makeDirectory, writeOutput } from '../files/index.js';
import { nativeCompiler } from './native-code.js';
import type { RunOptions } from './options.js';
import { RegionFile } from './region-file.js';
import { hasWorkshop, startWorkshop } from './workshop.js';

/** Two machines, by the translator and by the interpreter, are no engine of their own. */
const names = ['auto', 'interpreter', 'translator', 'lockstep'] as const satisfies (
  EngineName | 'lockstep'
)[];

export interface EngineChoice {
  readonly name: (typeof names)[number];
  /** Of the translator: branches that make a place hot, and instructions of a region at most. */
  readonly hotness?: number;
  readonly size?: number;
  /** A directory for what it makes. */
  readonly regions?: string;
}

type Setting = (text: string) => Partial<EngineChoice>;

const within = (key: string, text: string, most: number): number => {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= most) return value;
  throw new InvalidArgumentError(`expected ${key}= and a whole number from 1 to ${most}.`);
};

const settings: Readonly<Record<string, Setting>> = {
  hotness: (text) => ({ hotness: within('hotness', text, 0xffff) }),
  size: (text) => ({ size: within('size', text, 1000) }),
  regions: (path) => ({ regions: path }),
};

/** A name, and for those that translate settings behind commas: `lockstep,hotness=1,size=20,regions=DIR`. */
export function parseEngine(text: string): EngineChoice {
  const [first, ...words] = text.split(',');
  const name = names.find((each) => each === first);
  if (name === undefined)
    throw new InvalidArgumentError(`expected one of ${names.join(', ')}, found '${printable(first)}'.`);
  return words.reduce<EngineChoice>(
    (choice, word) => {
      const [, key = '', value = ''] = /^(\w+)=(.+)$/s.exec(word) ?? [];
      if (name !== 'translator' && name !== 'lockstep')
        throw new InvalidArgumentError(`'${printable(word)}': only translator and lockstep have settings.`);
      if (!Object.hasOwn(settings, key)) {
        const known = Object.keys(settings).join(', ');
        throw new InvalidArgumentError(`'${printable(word)}': expected one of ${known}, with a value.`);
      }
      return { ...choice, ...settings[key](value) };
    },
    { name },
  );
}

/** @throws FileError if the directory for regions cannot be, or has something in it */
export function checkEngine({ regions }: EngineChoice): void {
  if (regions === undefined) return;
  if (!isMissingOrEmpty(regions))
    throw new FileError(`${printable(regions)}: expected a directory with nothing in it for regions=`);
  makeDirectory(regions);
}

/** Whether regions come about in the same way every time, since they are compared, or to be looked at. */
const isRepeatable = ({ name, regions }: EngineChoice): boolean =>
  name === 'lockstep' || regions !== undefined;

/** Where a run has regions from and leaves them, if it does. */
export function regionFileFor(
  { engine, keptRegions }: Pick<RunOptions, 'engine' | 'keptRegions'>,
  origin: Origin,
  isMeasured: boolean,
): RegionFile | undefined {
  if (keptRegions === 'none' || engine.name === 'interpreter' || isRepeatable(engine) || !hasWorkshop())
    return undefined;
  return new RegionFile(keptRegions, origin, `${engine.hotness} ${engine.size} ${isMeasured}`);
}

/**
 * Has a machine that has not run yet be executed so; what compares it with another, if it is to be compared.
 * `file`: that of its regions.
 */
export function useEngine(
  machine: Machine,
  choice: EngineChoice,
  isMeasured: boolean,
  file: RegionFile | undefined,
): Lockstep | undefined {
  const { name, hotness, size, regions } = choice;
  const translator: Partial<TranslatorOptions> = {
    ...(hotness === undefined ? {} : { hotness }),
    ...(size === undefined ? {} : { size }),
  };
  const isInLockstep = name === 'lockstep';
  machine.cluster.engine = {
    name: isInLockstep ? 'translator' : name,
    translator: {
      ...translator,
      ...(isMeasured ? { counts: true, now: () => performance.now() } : {}),
      ...(regions === undefined ? {} : { made: regionFiles(regions) }),
      workshop: name === 'interpreter' || isRepeatable(choice) ? undefined : startWorkshop(),
      ...(file === undefined ? {} : { kept: { before: file.read(), compiler: nativeCompiler } }),
    },
  };
  return isInLockstep ? new Lockstep(machine, () => machine.disks.map(twinOf), translator) : undefined;
}

function twinOf(disk: Disk): Disk {
  const twin = disk.twin();
  if (twin !== undefined) return twin;
  throw new UsageError(
    `--engine lockstep: expected --drive ${printable(disk.name)} with snapshot or readonly, since two machines cannot write to it`,
  );
}

/** Writes each region as text, and each module once. */
function regionFiles(directory: string): (made: MadeRegion) => void {
  const modules = new Map<Uint8Array, string>();
  let count = 0;
  return (made) => {
    let file = modules.get(made.module);
    if (file === undefined) {
      // Those before are on the disk, and come no more.
      modules.clear();
      file = `module-${count}.wasm`;
      modules.set(made.module, file);
      writeOutput(join(directory, file), made.module);
    }
    const lines = [`in ${file}`, ...regionText(made)];
    writeOutput(join(directory, `region-${count}.txt`), `${lines.join('\n')}\n`);
    count += 1;
  };
}

/** Does a run; if it is in lockstep and differs, tells at which instruction. @throws LockstepError */
export async function explained<T>(run: () => Promise<T>, tell: (line: string) => void): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    tell('translator and interpreter differ: looking for the instruction');
    for (const line of locate(error.stretch)) tell(line);
    throw error;
  }
}
