/** Random but purposeful sequences of operations for each part of board `virt`. */
import type { Setup } from '../operations.js';
import { ECAM, GPIO, RTC, UART, V2M, type Generator } from './common.js';
import { gic, gicBusy, gicVirtual } from './gic.js';
import { map, psci } from './machine.js';
import { fwCfg, flash } from './memories.js';
import { registers, rtcValue, words } from './registers.js';

/** Every part of the board under its name, with the setups in which it is tried. */
export const generators: { name: string; generate: Generator; setups: Setup[] }[] = [
  { name: 'GICv2', generate: gic, setups: [1, 2, 4, 8].map((cores) => ({ cores, hypervisor: false })) },
  {
    name: 'GICv2 in use',
    generate: gicBusy,
    setups: [1, 3, 8].map((cores) => ({ cores, hypervisor: cores === 3 })),
  },
  {
    name: 'GICv2 virtual interface',
    generate: gicVirtual,
    setups: [1, 4].map((cores) => ({ cores, hypervisor: true })),
  },
  { name: 'PL011', generate: registers(UART, words(0, 0x4c), 1), setups: [{ cores: 1, hypervisor: false }] },
  {
    name: 'PL031',
    generate: registers(RTC, words(0, 0x20), 2, rtcValue),
    setups: [{ cores: 1, hypervisor: false }],
  },
  {
    name: 'PL061',
    generate: registers(GPIO, [0x3fc, 0x20, 0x154, ...words(0x400, 0x420)], 7),
    setups: [{ cores: 1, hypervisor: false }],
  },
  {
    name: 'GICv2m',
    generate: registers(V2M, [0x8, 0x40, 0xfcc], 48),
    setups: [{ cores: 1, hypervisor: false }],
  },
  {
    name: 'fw_cfg',
    generate: fwCfg,
    setups: [
      { cores: 1, hypervisor: false },
      { cores: 4, hypervisor: false },
    ],
  },
  { name: 'flash', generate: flash, setups: [{ cores: 1, hypervisor: false }] },
  {
    name: 'PCIe host',
    generate: registers(ECAM, words(0, 0x120)),
    setups: [{ cores: 1, hypervisor: false }],
  },
  {
    name: 'PSCI',
    generate: psci,
    setups: [1, 4].map((cores) => ({ cores, hypervisor: cores === 4 })),
  },
  { name: 'memory map', generate: map, setups: [{ cores: 1, hypervisor: false }] },
];
