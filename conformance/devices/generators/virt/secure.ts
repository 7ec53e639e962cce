/** Cores at EL3, which make Secure accesses and others. */
import { NON_SECURE, READS, WRITES, type Operation } from '../../operations.js';
import { op, sequence, type Generator } from '../common.js';
import { GICC } from './addresses.js';

/** The registers at GICC_APRn. */
const isActivePriorities = (address: number): boolean => address >= GICC + 0xd0 && address < GICC + 0xe0;

/**
 * What another generator makes, with accesses in both Security states. QEMU 7.2 takes the core's number for the
 * register's in the Non-secure view of GICC_APRn: that is left alone.
 */
export const inBothStates =
  (generate: Generator): Generator =>
  (random, setup, count) => {
    let secure = true;
    return generate(random, setup, count).map((operation): Operation => {
      const { kind, address } = operation;
      if (random.oneIn(8)) secure = !secure;
      const isAccess = kind.startsWith('read') || kind.startsWith('write');
      if (secure || !isAccess || isActivePriorities(address)) return operation;
      return { ...operation, address: address + NON_SECURE };
    });
  };

/** What is there for Secure accesses only, and around it. */
export const secureMap: Generator = (random, _setup, count) =>
  sequence(count, (add) => {
    const edges = [
      0x0000_0000, 0x03ff_fff8, 0x0400_0000, 0x07ff_fff8, 0x0903_fff8, 0x0904_0000, 0x0904_1000, 0x090b_0400,
      0x090b_0fe0, 0x090b_1000, 0x0dff_fff8, 0x0e00_0000, 0x0e12_3450, 0x0eff_fff8, 0x0f00_0000, 0x1000_0000,
    ];
    const address = random.pick(edges) + random.pick([0, 0, 4, 1, 2, 3]);
    const read = random.pick(READS);
    const write = random.pick(WRITES);
    // Commands to flash and the GPIO that switches off are for others.
    const isRam = address >= 0x0e00_0000 && address < 0x0f00_0000;
    const space = random.oneIn(3) ? NON_SECURE : 0;
    add(op(isRam && random.oneIn(2) ? write : read, 0, address + space, random.word()));
  });
