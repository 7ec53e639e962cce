/** Carries out operations on this project's boards, without cores. */
import { coreModels } from '../../src/engine/index.js';
import { boards, type Board } from '../../src/machine/index.js';
import { callPsci, type PsciHost } from '../../src/machine/psci/psci.js';
import { EXTERNAL_ABORT, type Ram } from '../../src/machine/bus.js';
import { accessBytes, describe, NON_SECURE, type Operation, type Outcome, type Setup } from './operations.js';
import { EPOCH } from './qemu.js';
import type { Transcript } from './transcript.js';

/** RAM that only holds what was written. */
export function sparseRam(size: number): Ram {
  const bytes = new Map<number, number>();
  return {
    size,
    read: (offset, length) => Uint8Array.from({ length }, (_, i) => bytes.get(offset + i) ?? 0),
    write: (offset, data) => data.forEach((byte, i) => bytes.set(offset + i, byte)),
  };
}

/** What each operation gives here. */
export function onFirstlight(operations: readonly Operation[], setup: Setup): Outcome[] {
  const irq = Array<boolean>(setup.cores).fill(false);
  const fiq = Array<boolean>(setup.cores).fill(false);
  const kind = boards[setup.board];
  const board = kind.build({
    secure: false,
    ...setup,
    ram: sparseRam(Math.max(kind.ram.least, 128 * 2 ** 20)),
    ...(kind.secureRam === undefined ? {} : { secureRam: sparseRam(kind.secureRam.size) }),
    cpu: coreModels['cortex-a53'],
    epoch: EPOCH,
    seed: 0n,
    power: { systemOff: () => undefined, systemReset: () => undefined },
    coreInputs: {
      irq: (core, level) => (irq[core] = level),
      fiq: (core, level) => (fiq[core] = level),
    },
  });
  return operations.map((operation) => {
    const { kind, core, value } = operation;
    board.bus.initiator = core;
    const wires = board.coreOutputs[core];
    switch (kind) {
      case 'interrupts':
        return ok(BigInt((irq[core] ? 1 << 7 : 0) | (fiq[core] ? 1 << 6 : 0)));
      case 'virtualTimer':
        wires.timers.virtual.set(value === 1n);
        return ok(0n);
      case 'physicalTimer':
        wires.timers.physical.set(value === 1n);
        return ok(0n);
      case 'hypervisorTimer':
        wires.timers.hypervisor.set(value === 1n);
        return ok(0n);
      case 'secureTimer':
        wires.timers.secure.set(value === 1n);
        return ok(0n);
      case 'firmware':
        return ok(firmware(core, value, BigInt(operation.address), setup));
      default:
        return access(board, setup.secure === true ? inItsSpace(board, operation) : operation);
    }
  });
}

/** What this project's boards answer otherwise than a transcript of QEMU's says, a line each. */
export function differencesFrom({ setup, operations, outcomes }: Transcript): string[] {
  const found = onFirstlight(operations, setup);
  return operations.flatMap((operation, i) =>
    found[i].aborted === outcomes[i].aborted && found[i].value === outcomes[i].value
      ? []
      : [`${describe(operation)}: ${found[i].value}, QEMU ${outcomes[i].value}`],
  );
}

const ok = (value: bigint): Outcome => ({ value, aborted: false });
const abort: Outcome = { value: 0n, aborted: true };

/** Every core runs, as the probe's do. What powers a core or the machine off is not called. */
function firmware(core: number, id: bigint, argument: bigint, { cores }: Setup): bigint {
  const unexpected = (): never => {
    throw new Error(`firmware call 0x${id.toString(16)} changes the machine`);
  };
  const host: PsciHost = {
    cores,
    powerState: () => 'on',
    powerOn: unexpected,
    powerOff: unexpected,
    standby: unexpected,
    systemOff: unexpected,
    systemReset: unexpected,
  };
  return BigInt.asUintN(64, BigInt(callPsci(host, { core, function: id, arguments: [argument, 0n, 0n] })));
}

/** An operation of a core at EL3, with the address at which the bus has what it reaches. */
function inItsSpace({ bus }: Board, operation: Operation): Operation {
  bus.secure = operation.address < NON_SECURE;
  const address = operation.address % NON_SECURE;
  return { ...operation, address: bus.secure ? bus.secureAddress(address) : address };
}

function access({ bus }: Board, { kind, address, value }: Operation): Outcome {
  const size = accessBytes[kind];
  if (size === undefined) throw new Error(`${kind} is no access`);
  const low = Number(value & 0xffff_ffffn);
  const high = Number(value >> 32n);
  if (kind.startsWith('write')) {
    return (size === 8 ? bus.write64(address, low, high) : bus.write(address, size, low)) ? ok(0n) : abort;
  }
  if (size === 8) {
    const words = new Uint32Array(2);
    return bus.read64(address, words) ? ok((BigInt(words[1]) << 32n) | BigInt(words[0])) : abort;
  }
  const result = bus.read(address, size);
  return result === EXTERNAL_ABORT ? abort : ok(BigInt(result));
}
