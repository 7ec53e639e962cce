/**
 * Writes what a guest sees on QEMU's network to `tests/data/network`, for `npm test`: of the scenarios that need no
 * sockets. `npx tsx conformance/network/record.ts`
 */
import { rmSync, writeFileSync } from 'node:fs';
import { makeDirectory, seenBy } from '../network.js';
import { scenarios, startServices } from './scenarios.js';
import { qemuWire } from './wires.js';

const names = [
  'ARP',
  'DHCP',
  'DHCP with names',
  'DHCP of a restricted network',
  'ping',
  'headers',
  'TFTP',
  'TFTP without a directory',
];

const directory = makeDirectory();
const services = await startServices(directory);
const seen: Record<string, readonly string[]> = {};
for (const scenario of scenarios)
  if (names.includes(scenario.name)) seen[scenario.name] = await seenBy(qemuWire, scenario, services);
services.stop();
rmSync(directory, { recursive: true });
writeFileSync(
  new URL('../../tests/data/network/libslirp.json', import.meta.url),
  `${JSON.stringify(seen, undefined, 2)}\n`,
);
