/**
 * What a boot allocates on JavaScript's heap, by function: V8's sampling profiler, objects that were collected
 * included. A BigInt for each instruction, TLB miss or exception would show as a function that handles BigInts and
 * allocates all the time; and a 64-bit integer that passes between generated code and JavaScript is a BigInt, too.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { Session as Inspector, type HeapProfiler } from 'node:inspector/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LAST_LINE } from './boot.js';
import { handlesBigInts } from './function-source.js';
import { fixtures } from './processes.js';
import { boundaryWithI64 } from './wasm-boundary.js';

/**
 * What the machine was doing: `decoding` happens once for each instruction of the guest's code, `running` is
 * everything else after the start: generated code, TLB misses, exceptions, devices.
 */
export type Phase = 'starting' | 'decoding' | 'running';

export interface AllocationSite {
  /** Name, file and line of the function in what TypeScript made of it. */
  readonly site: string;
  readonly phase: Phase;
  /** Bytes allocated for each million of instructions. */
  readonly bytes: number;
  readonly bigint: boolean;
}

export interface HeapProfile {
  readonly instructions: number;
  /** Bytes for each million of instructions, in all. */
  readonly bytes: number;
  /** By bytes, most first. */
  readonly sites: readonly AllocationSite[];
  /** Functions between generated code and JavaScript with 64-bit integers. */
  readonly boundary: readonly string[];
}

/** Mean bytes between two samples. */
const INTERVAL = 4096;

/** Calls `act` and answers the bytes of each WebAssembly module that is made meanwhile. */
async function recordModules(act: () => Promise<void>): Promise<Uint8Array[]> {
  const modules: Uint8Array[] = [];
  const original = WebAssembly.Module;
  WebAssembly.Module = new Proxy(original, {
    construct(target, [bytes]: [Uint8Array<ArrayBuffer>]) {
      modules.push(bytes.slice());
      return new target(bytes);
    },
  });
  try {
    await act();
  } finally {
    WebAssembly.Module = original;
  }
  return modules;
}

/** Where the source is compiled to, file by file: in a bundle functions of one name could not be told apart. */
const BUILT = fileURLToPath(new URL('../.cache/heap', import.meta.url));

function compile(): void {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const options = ['--emitDeclarationOnly', 'false', '--declaration', 'false', '--outDir', BUILT];
  const project = fileURLToPath(new URL('../tsconfig.build.json', import.meta.url));
  execFileSync(process.execPath, [tsc, '-p', project, ...options], { stdio: 'inherit' });
}

/** Boots to /init in this process; answers the number of instructions. */
async function boot(): Promise<number> {
  const built = pathToFileURL(`${BUILT}/index.js`).href;
  const { Machine, planBoot, readKernel, Session } = (await import(
    built
  )) as typeof import('../src/index.js');
  const machine = new Machine();
  const kernel = {
    name: fixtures.kernel,
    content: readKernel(readFileSync(fixtures.kernel), fixtures.kernel),
  };
  const initrd = { name: fixtures.initrd, bytes: readFileSync(fixtures.initrd) };
  machine.powerUp(planBoot({ kernel, initrd, append: 'console=ttyAMA0', seed: 0n }, machine.board));
  await new Session(machine, { until: new RegExp(LAST_LINE) }).run();
  return machine.instructions;
}

/** The functions at which a phase begins. */
const phases: Readonly<Record<string, Phase>> = {
  'run engine/cluster.js': 'running',
  'decode engine/interpreter/interpreter.js': 'decoding',
};

/** Bytes by function and phase, flattened. */
function bytesBySite(profile: HeapProfiler.SamplingHeapProfile): Map<string, AllocationSite> {
  const sites = new Map<string, AllocationSite>();
  const folder = `${pathToFileURL(realpathSync(BUILT)).href}/`;
  const visit = (node: HeapProfiler.SamplingHeapProfileNode, around: Phase): void => {
    const { functionName, url, lineNumber, columnNumber } = node.callFrame;
    const ours = url.startsWith(folder);
    const place = `${functionName || '(anonymous)'} ${ours ? url.slice(folder.length) : url}`.trim();
    const phase = phases[place] ?? around;
    const site = ours ? `${place}:${lineNumber + 1}` : place;
    const known = sites.get(`${phase} ${site}`);
    sites.set(`${phase} ${site}`, {
      site,
      phase,
      bytes: (known?.bytes ?? 0) + node.selfSize,
      bigint: known?.bigint ?? (ours && handlesBigInts(fileURLToPath(url), lineNumber, columnNumber)),
    });
    node.children.forEach((child) => visit(child, phase));
  };
  visit(profile.head, 'starting');
  return sites;
}

export async function heapProfile(): Promise<HeapProfile> {
  compile();
  const inspector = new Inspector();
  inspector.connect();
  await inspector.post('HeapProfiler.enable');
  await inspector.post('HeapProfiler.startSampling', {
    samplingInterval: INTERVAL,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  } as HeapProfiler.StartSamplingParameterType);
  let instructions = 0;
  const modules = await recordModules(async () => {
    instructions = await boot();
  });
  const { profile } = await inspector.post('HeapProfiler.stopSampling');
  inspector.disconnect();
  const each = (bytes: number): number => bytes / (instructions / 1e6);
  const sites = [...bytesBySite(profile).values()]
    .map((site) => ({ ...site, bytes: each(site.bytes) }))
    .sort((a, b) => b.bytes - a.bytes);
  return {
    instructions,
    bytes: sites.reduce((sum, { bytes }) => sum + bytes, 0),
    sites,
    // Generated code calls the handlers (h0, h1 and so on) itself.
    boundary: [
      ...new Set(modules.flatMap((bytes) => boundaryWithI64(bytes, (name) => !/^h\d+$/.test(name)))),
    ],
  };
}
