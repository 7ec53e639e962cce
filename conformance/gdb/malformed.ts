/** Packets that GDB would not send: nothing is thrown, nothing takes long, nothing grows. */
import { fuzzedPackets } from '../../tests/gdb-fuzz.js';
import { DATA, machineFor, psci, SYSTEM_OFF } from '../../tests/programs/program.js';
import { set } from '../../tests/programs/report.js';

const PACKETS = 100_000;
/** Bytes that one packet may be answered with, milliseconds of the processor that one may take, and bytes by which the process may grow. */
const MOST_ANSWERED = 0x1_0000;
export const LONGEST = 5000;
export const GROWTH = 400 * 2 ** 20;

const program = `
    ${set('x0', DATA)}
  loop:
    add x1, x1, #1
    str x1, [x0]
    svc #0
    cmp x1, #50
    b.ne loop
    ${psci(SYSTEM_OFF)}`;

export interface Malformed {
  readonly packets: number;
  /** Milliseconds of the processor of the packet that took longest, and which it was. */
  readonly longest: number;
  readonly which: string;
  readonly grown: number;
  readonly tooLong: readonly string[];
}

export function malformedPackets(): Malformed {
  const before = process.memoryUsage().rss;
  const tooLong: string[] = [];
  let [longest, which] = [0, ''];
  let began = process.cpuUsage();
  for (const { packet, gdb } of fuzzedPackets(
    PACKETS,
    (seed) => machineFor(program, { cores: 1 + (seed % 4) }),
    77,
  )) {
    const { user, system } = process.cpuUsage(began);
    const took = (user + system) / 1000;
    if (took > longest) [longest, which] = [took, packet];
    if (gdb.received > MOST_ANSWERED) tooLong.push(packet);
    gdb.received = 0;
    began = process.cpuUsage();
  }
  return { packets: PACKETS, longest, which, grown: process.memoryUsage().rss - before, tooLong };
}
