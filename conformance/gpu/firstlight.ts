/** Carries out operations on this project's board `raspi3b`, without cores. */
import { boards, coreModels, EXTERNAL_ABORT, type Board, type Ram } from '../../src/machine/index.js';
import type { Operation, Outcome } from './operations.js';

/** RAM from one piece of the host's, which has pages only where something has been written. */
function plainRam(size: number): Ram {
  const bytes = new Uint8Array(size);
  return {
    size,
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: (offset, data) => bytes.set(data, offset),
  };
}

export function buildBoard(): Board {
  return boards.raspi3b.build({
    cores: 4,
    ram: plainRam(2 ** 30),
    hypervisor: true,
    secure: false,
    cpu: coreModels['cortex-a53'],
    epoch: 0,
    seed: 0n,
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: { irq: () => undefined, fiq: () => undefined },
  });
}

export function carryOut(board: Board, operation: Operation): Outcome {
  const { bus } = board;
  switch (operation.kind) {
    case 'read': {
      const value = bus.read(operation.address, 4);
      return value === EXTERNAL_ABORT ? 0 : value;
    }
    case 'write':
      bus.write(operation.address, 4, operation.value);
      return undefined;
    case 'put':
      if (!bus.writeBytes(operation.address, operation.bytes)) throw new RangeError('put beside RAM');
      return undefined;
    case 'get':
      return bus.readBytes(operation.address, operation.length);
    case 'picture': {
      const { width, height, pixels } = board.display!.picture();
      return { width, height, rgb: Uint8Array.from(pixels.filter((_, i) => i % 4 !== 3)) };
    }
  }
}
