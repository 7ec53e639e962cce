/** Random but purposeful sequences of operations for each part of board `virt`. */
import type { Setup } from '../../operations.js';
import type { Random } from '../../random.js';
import type { PartOfBoard } from '../common.js';
import { registers, words } from '../registers.js';
import { ECAM, GICD, GPIO, RTC, SECURE_UART, UART, V2M } from './addresses.js';
import { gic, gicBusy, gicVirtual } from './gic.js';
import { inBothStates, secureMap } from './secure.js';
import { map, psci } from './machine.js';
import { fwCfg, flash } from './memories.js';

const on = (cores: number, hypervisor = false): Setup => ({ board: 'virt', cores, hypervisor });
const secure = (cores: number): Setup => ({ ...on(cores, true), secure: true });
const oneCore = [on(1)];

/** GICD_ISPENDR with the bit of a shared peripheral interrupt. */
const pending = (spi: number): number[] => [GICD + 0x200 + 4 * Math.floor((32 + spi) / 32)];

/** The match register is kept away from the present, lest the alarm ring by host time. */
const rtcValue = (random: Random, offset: number): number =>
  offset === 0x04 ? random.pick([0, 1, 0x1000]) : offset === 0x08 ? 0x5e0b_e100 : random.word();

export const virt: readonly PartOfBoard[] = [
  { name: 'GICv2', generate: gic, setups: [1, 2, 4, 8].map((cores) => on(cores)) },
  { name: 'GICv2 in use', generate: gicBusy, setups: [1, 3, 8].map((cores) => on(cores, cores === 3)) },
  { name: 'GICv2 with security', generate: inBothStates(gic), setups: [1, 2, 8].map(secure) },
  { name: 'GICv2 with security in use', generate: inBothStates(gicBusy), setups: [1, 3].map(secure) },
  { name: 'GICv2 virtual interface with security', generate: gicVirtual, setups: [secure(2)] },
  { name: 'GICv2 virtual interface', generate: gicVirtual, setups: [on(1, true), on(4, true)] },
  {
    name: 'PL011',
    generate: registers({ base: UART, offsets: words(0, 0x4c), watched: pending(1) }),
    setups: oneCore,
  },
  {
    name: 'PL031',
    generate: registers({ base: RTC, offsets: words(0, 0x20), watched: pending(2), value: rtcValue }),
    setups: oneCore,
  },
  {
    name: 'PL061',
    generate: registers({
      base: GPIO,
      offsets: [0x3fc, 0x20, 0x154, ...words(0x400, 0x420)],
      watched: pending(7),
    }),
    setups: oneCore,
  },
  {
    name: 'GICv2m',
    generate: registers({ base: V2M, offsets: [0x8, 0x40, 0xfcc], watched: pending(48) }),
    setups: oneCore,
  },
  { name: 'fw_cfg', generate: fwCfg, setups: [on(1), on(4)] },
  { name: 'flash', generate: flash, setups: oneCore },
  {
    name: 'PCIe host',
    generate: registers({ base: ECAM, offsets: words(0, 0x120) }),
    setups: oneCore,
  },
  { name: 'PSCI', generate: psci, setups: [on(1), on(4, true)] },
  { name: 'memory map', generate: map, setups: oneCore },
  { name: 'secure memory map', generate: secureMap, setups: [secure(1)] },
  {
    name: 'secure UART',
    generate: registers({ base: SECURE_UART, offsets: words(0, 0x4c), watched: pending(8) }),
    setups: [secure(1)],
  },
];
