/**
 * The user-mode network beside QEMU's, which is libslirp: a guest that is a script does the same on both, and what it
 * sees must be the same.
 *
 * `npx tsx conformance/network.ts [scenario]` runs it alone.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedGuest } from './network/guest.js';
import { scenarios, startServices, type Scenario, type Services } from './network/scenarios.js';
import { ownWire, qemuWire, type Setup, type Wire } from './network/wires.js';

export interface NetworkComparison {
  /** Lines. */
  readonly compared: number;
  readonly differing: number;
  readonly examples: readonly string[];
}

export async function seenBy(
  makeWire: (setup: Setup) => Promise<Wire>,
  { run, setup }: Scenario,
  services: Services,
): Promise<readonly string[]> {
  const wire = await makeWire(setup?.(services) ?? {});
  const guest = new ScriptedGuest(wire);
  try {
    await run(guest, services);
  } finally {
    await wire.close();
  }
  // Ports differ from run to run.
  const names: (keyof Services)[] = [
    'echo',
    'greeting',
    'silent',
    'resetting',
    'counting',
    'udpEcho',
    'closed',
    'free',
  ];
  return guest.lines.map((line) =>
    names.reduce<string>((text, name) => text.replaceAll(` ${String(services[name])} `, ` ${name} `), line),
  );
}

/** A directory for TFTP. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-tftp-'));
  mkdirSync(join(directory, 'sub'));
  writeFileSync(join(directory, 'small'), 'a small file\n');
  writeFileSync(
    join(directory, 'large'),
    new Uint8Array(2500).map((_, i) => i),
  );
  writeFileSync(
    join(directory, 'exact'),
    new Uint8Array(512).map((_, i) => i),
  );
  writeFileSync(
    join(directory, 'sub', 'inner'),
    new Uint8Array(3000).map((_, i) => i),
  );
  return directory;
}

/** Needs `qemu-system-aarch64`. */
export async function network(only?: string): Promise<NetworkComparison> {
  const directory = makeDirectory();
  const examples: string[] = [];
  let compared = 0;
  let differing = 0;
  try {
    for (const scenario of scenarios) {
      if (only !== undefined && !scenario.name.includes(only)) continue;
      const services = await startServices(directory);
      try {
        const there = await seenBy(qemuWire, scenario, services);
        const here = await seenBy(ownWire, scenario, services);
        for (let i = 0; i < Math.max(there.length, here.length); i++) {
          compared += 1;
          if (there[i] === here[i]) continue;
          differing += 1;
          examples.push(`${scenario.name}, line ${i}\n  QEMU       ${there[i]}\n  firstlight ${here[i]}`);
        }
      } finally {
        services.stop();
      }
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return { compared, differing, examples };
}

if (process.argv[1]?.endsWith('network.ts') === true) {
  const { compared, differing, examples } = await network(process.argv[2]);
  for (const example of examples) console.log(example);
  console.log(`${compared} lines, ${differing} differing`);
  process.exit(differing === 0 ? 0 : 1);
}
