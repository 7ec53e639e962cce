/** `-machine`, `-cpu`, `-smp` and `-m`: the computer. */
import { boards, coreModels, type BoardName, type CoreModelName } from '../../../machine/index.js';
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';
import { commonProperties, missingProperties, qemuBoards, type QemuBoard } from './boards.js';
import { checkNames, looseList, valueOf, type Parameter } from './lists.js';
import { parseTopology } from './topology.js';
import { parseMegabytes, parseSwitch } from './values.js';

/** What the options say, as they were written; the last one of each. */
export interface MachineWords {
  /** All of `-machine`, one after the other. */
  readonly machine: readonly Parameter[];
  readonly cpu?: string | undefined;
  readonly smp?: string | undefined;
  readonly memory?: string | undefined;
}

export interface QemuMachine {
  readonly board: BoardName;
  readonly cores: number;
  readonly ramSize: number;
  readonly cpu: CoreModelName;
  /** Whether the cores have EL2 and EL3; as the board has it unless given. */
  readonly hypervisor?: boolean;
  readonly secure?: boolean;
}

/** Properties that are options of their own as well. */
export const bootProperties = ['kernel', 'initrd', 'dtb', 'append', 'firmware', 'accel'] as const;

const LIST = 'Use -machine help to list supported machines';

/** @throws QemuError for what QEMU does not have either, UsageError for what firstlight does not have */
export function machineOf(words: MachineWords): QemuMachine {
  const board = boardOf(valueOf(words.machine, 'type'));
  const qemu = qemuBoards[board];
  const properties = checkedProperties(words.machine, qemu);
  const levels = levelsOf(properties, qemu);
  return {
    board,
    cores: coresOf(words.smp, qemu),
    ramSize: memoryOf(words.memory, board),
    cpu: cpuOf(words.cpu, qemu),
    ...levels,
  };
}

function boardOf(type: string | undefined): BoardName {
  if (type === undefined) throw new QemuError('No machine specified, and there is no default', LIST);
  const name = type === 'virt-7.2' ? 'virt' : type;
  if (Object.hasOwn(qemuBoards, name)) return name as BoardName;
  throw new QemuError('unsupported machine type', LIST);
}

function checkedProperties(list: readonly Parameter[], qemu: QemuBoard): readonly Parameter[] {
  const apart: readonly string[] = ['type', ...bootProperties];
  const properties = list.filter(({ name }) => !apart.includes(name));
  for (const { name, value } of properties) {
    if (qemu.choosesLevels && ['secure', 'virtualization', 'mte'].includes(name)) continue;
    // `smp.cpus` is a part of `smp`.
    const [whole] = name.split('.');
    const missing = { ...missingProperties, ...qemu.missing };
    if (Object.hasOwn(missing, whole)) throw new UsageError(`-machine ${name}=${value}: ${missing[whole]}`);
    const known = { ...commonProperties, ...qemu.properties };
    if (!Object.hasOwn(known, name)) throw new QemuError(`Property '${qemu.qemuClass}.${name}' not found`);
    const accepted = known[name];
    if (name === 'gic-version') checkGicVersion(value);
    if (accepted === 'on or off') parseSwitch(name, value);
    else if (!accepted.includes(value))
      throw new UsageError(
        `-machine ${name}=${value}: expected ${accepted.join(' or ')}, which the board has`,
      );
  }
  return properties;
}

function checkGicVersion(value: string): void {
  if (value === 'host') throw new QemuError('gic-version=host requires KVM');
  if (!['2', '3', '4', 'max'].includes(value))
    throw new QemuError('Invalid gic-version value', 'Valid values are 3, 2, host, max.');
}

function levelsOf(
  properties: readonly Parameter[],
  { choosesLevels }: QemuBoard,
): Pick<QemuMachine, 'hypervisor' | 'secure'> {
  if (!choosesLevels) return {};
  const isOn = (name: string): boolean => parseSwitch(name, valueOf(properties, name) ?? 'off');
  if (isOn('mte')) throw new QemuError('MTE requested, but not supported by the guest CPU');
  return { hypervisor: isOn('virtualization'), secure: isOn('secure') };
}

function coresOf(text: string | undefined, { cores, mostWithGic }: QemuBoard): number {
  const count = text === undefined ? cores.usual : parseTopology(text, cores);
  if (mostWithGic !== undefined && count > mostWithGic.count)
    throw new QemuError(
      `Number of SMP CPUs requested (${count}) exceeds max CPUs supported by machine '${mostWithGic.machine}' (${mostWithGic.count})`,
    );
  return count;
}

function memoryOf(text: string | undefined, board: BoardName): number {
  const { ram } = qemuBoards[board];
  if (text === undefined) return ram;
  const list = looseList(text, 'size');
  checkNames(list, ['size', 'slots', 'maxmem']);
  const size = valueOf(list, 'size');
  // 0 is as if nothing were said; QEMU rounds up to 8 KiB.
  const bytes = size === undefined ? 0 : parseMegabytes('size', size);
  const rounded = Math.ceil(bytes / 8192) * 8192 || ram;
  const { least, most } = boards[board].ram;
  if (least === most && rounded !== least)
    throw new QemuError(`Invalid RAM size, should be ${least / 2 ** 30} GiB`);
  const more = list.find(({ name }) => name !== 'size');
  if (more?.name === 'slots' && valueOf(list, 'maxmem') === undefined)
    throw new QemuError('slots specified but no max-size');
  if (more !== undefined)
    throw new UsageError(`-m ${more.name}=${more.value}: no memory can be plugged in later`);
  return rounded;
}

/** Models that QEMU has, and this engine has not. */
const otherModels: readonly string[] = [
  ...[
    'a64fx',
    'cortex-a15',
    'cortex-a35',
    'cortex-a57',
    'cortex-a7',
    'cortex-a72',
    'cortex-a76',
    'cortex-a8',
  ],
  ...['cortex-a9', 'max', 'neoverse-n1'],
];
/** Properties of QEMU's cores. */
const coreProperties: readonly string[] = ['aarch64', 'pmu', 'cfgend', 'has_el3', 'has_el2', 'reset-hivecs'];

function cpuOf(text: string | undefined, { choosesCpu }: QemuBoard): CoreModelName {
  const present = Object.keys(coreModels) as CoreModelName[];
  if (text === undefined) return present[0];
  if (text === '') throw new QemuError('-cpu option cannot be empty');
  const [{ value: name }, ...properties] = looseList(text, 'model');
  const model = present.find((each) => each === name);
  if (model === undefined && !otherModels.includes(name))
    throw new QemuError(`unable to find CPU model '${name}'`);
  for (const { name: property, value } of properties) {
    if (!coreProperties.includes(property))
      throw new QemuError(
        `can't apply global ${name}-arm-cpu.${property}=${value}: Property '${name}-arm-cpu.${property}' not found`,
      );
    throw new UsageError(`-cpu ${name},${property}=${value}: the cores have no properties to be set`);
  }
  if (!choosesCpu) return present[0];
  if (model === undefined) throw new UsageError(`-cpu ${name}: expected ${present.join(' or ')}`);
  return model;
}
