/** Packets that GDB would not send: right ones with mistakes, and bytes that are none. */
import { bytesOf, bytesToHex } from '../src/debug/gdb/hex.js';
import { framed } from '../src/debug/gdb/framing.js';
import type { Machine } from '../src/index.js';
import { GdbClient } from './gdb-client.js';
import { generator } from './mutations.js';
import { CODE, DATA } from './programs/program.js';

const addresses = [
  CODE,
  CODE + 8,
  DATA,
  0,
  0x0900_0000,
  0xffff_ffff_ffff_f000n,
  0x3fff_ffff,
  0x4020_0000 - 2,
];

/** Digits of how many bytes are to be looked through: more of them would take most of the time. */
const LONGEST_SEARCH = 6;

const shapes: readonly ((number: () => string) => string)[] = [
  () => 'g',
  () => '?',
  (number) => `G${number()}`,
  (number) => `p${number()}`,
  (number) => `P${number()}=${number().padStart(16, '0')}`,
  (number) => `m${number()},${number()}`,
  (number) => `M${number()},2:${number().padStart(4, '0')}`,
  (number) => `X${number()},3:abc`,
  (number) => `qSearch:memory:${number()};${number().slice(0, LONGEST_SEARCH)};ab`,
  (number) => `qCRC:${number()},${number().slice(0, LONGEST_SEARCH)}`,
  (number) => `qMemoryRegionInfo:${number()}`,
  (number) => `Z0,${number()},4`,
  (number) => `z0,${number()},4`,
  (number) => `Z${number()[0]},${number()},${number()}`,
  () => 'vCont;c',
  (number) => `vCont;s:p1.${number()};c:p1.-1`,
  (number) => `vCont;r${number()},${number()}:p1.1`,
  (number) => `c${number()}`,
  () => 's',
  (number) => `Hg${number()}`,
  (number) => `Hcp${number()}.${number()}`,
  (number) => `T${number()}`,
  (number) => `qXfer:features:read:target.xml:${number()},${number()}`,
  (number) => `qXfer:threads:read::${number()},${number()}`,
  () => 'qfThreadInfo',
  () => 'D;1',
  () => 'vAttach;1',
  () => 'R00',
  () => 'bs',
  (number) => `Qqemu.sstep:${number()}`,
  (number) => `Qqemu.PhyMemMode:${number()}`,
  (number) => `qRcmd,${bytesToHex(bytesOf(`info mmu 0x${number()}`))}`,
  (number) => `qRcmd,${bytesToHex(bytesOf(`xp /${number()}xb 0x${number()}`))}`,
  () => `qRcmd,${bytesToHex(bytesOf('where'))}`,
  (number) => `qRcmd,${number()}`,
];

/**
 * So many packets, each sent to a stub whose machine then runs for a while, if it may. Machines are made anew now and then,
 * by seeds.
 */
export function* fuzzedPackets(
  count: number,
  make: (seed: number) => Machine,
  seed = 1,
): Generator<{ readonly packet: string; readonly gdb: GdbClient }> {
  const random = generator(seed);
  const number = (): string => {
    const kind = random(4);
    if (kind === 0) return addresses[random(addresses.length)].toString(16);
    if (kind === 1) return random(64).toString(16);
    return Array.from({ length: 1 + random(17) }, () => '0123456789abcdef-,;:'[random(20)]).join('');
  };
  let gdb = new GdbClient(make(seed));
  for (let i = 0; i < count; i++) {
    if (i % 2000 === 1999) gdb = new GdbClient(make(seed + i));
    const packet = mutated(shapes[random(shapes.length)](number), random);
    gdb.packets.length = 0;
    gdb.stub.receive(random(20) === 0 ? bytesOf(`$${packet}#${number()}`) : framed(packet));
    gdb.run(50);
    if (random(3) === 0) gdb.interrupt();
    yield { packet, gdb };
  }
}

/** A packet, in half of all cases with a character changed, left out or put in. */
function mutated(packet: string, random: (below: number) => number): string {
  if (random(2) === 0) return packet;
  const at = random(packet.length + 1);
  const character = String.fromCharCode(random(256));
  return packet.slice(0, at) + (random(3) === 0 ? '' : character) + packet.slice(at + random(2));
}
