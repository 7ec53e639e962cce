/** Carries out operations on this project's board, without cores. Time stands still. */
import { coreModels } from '../../src/engine/index.js';
import type { Ram } from '../../src/machine/bus.js';
import { boards, type Board, type Disk } from '../../src/machine/index.js';
import type { Operation } from './operations.js';

/** RAM of which only the first part is there; the board has more. */
function smallRam(size: number): Ram {
  const bytes = new Uint8Array(2 ** 21);
  return {
    size,
    read: (offset, length) => {
      const read = new Uint8Array(length);
      read.set(bytes.subarray(offset, offset + length));
      return read;
    },
    write: (offset, data) => {
      if (offset < bytes.length) bytes.set(data.subarray(0, bytes.length - offset), offset);
    },
  };
}

export function boardWith(disk: Disk | undefined): Board {
  return boards.raspi3b.build({
    cores: 4,
    hypervisor: true,
    secure: true,
    ram: smallRam(2 ** 30),
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    disks: disk === undefined ? [] : [disk],
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
  });
}

/** What a read gives; 0 for the others. */
export function perform({ bus }: Board, operation: Operation): number {
  if (operation.kind === 'read') return bus.read(operation.address, operation.size);
  bus.write(operation.address, operation.size, operation.value);
  return 0;
}
