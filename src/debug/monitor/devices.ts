/** `info irq`, `info devices`, `system_reset`, `device_reads`. */
import { isMemoryDevice } from '../../machine/index.js';
import type { GdbSession } from '../gdb/session.js';
import { TargetError } from '../target.js';
import { checkCount, hex } from './arguments.js';
import type { MonitorCommand } from './monitor.js';

/** What each core has enabled, pending or active at the interrupt controller, and at its inputs. */
function interrupts({ debug: { machine } }: GdbSession, words: readonly string[]): string[] {
  checkCount(words, 0, 0, '');
  const { interrupts: controller } = machine.board;
  return machine.cluster.cores.flatMap(({ index }) => {
    const { delivers, interrupts: list } = controller.overview(index);
    const lines = list.map(({ number, enabled, pending, active }) => {
      const states = Object.entries({ enabled, pending, active }).flatMap(([name, is]) => (is ? [name] : []));
      return `  ${controller.kindOf(number)} ${number}: ${states.join(', ')}`;
    });
    return [`CPU#${index}: ${delivers ? 'interrupts are passed on' : 'none is passed on'}`, ...lines];
  });
}

function devices({ debug: { machine } }: GdbSession, words: readonly string[]): string[] {
  checkCount(words, 0, 0, '');
  const { bus } = machine.board;
  return bus.devices.map((device) => {
    const base = bus.addressOf(device.name) ?? 0;
    const kind = isMemoryDevice(device) ? ', memory' : '';
    return `${hex(base)}-${hex(base + device.size - 1)} ${device.name}${kind}`;
  });
}

function readDevices({ debug: { physical, isReadOnly } }: GdbSession, words: readonly string[]): string[] {
  checkCount(words, 1, 1, 'on or off');
  if (words[0] !== 'on' && words[0] !== 'off') throw new TargetError(`'${words[0]}': expected on or off`);
  if (isReadOnly && words[0] === 'on') throw new TargetError('reading devices of a replay would change it');
  physical.readsDevices = words[0] === 'on';
  return [
    physical.readsDevices
      ? 'devices are read as the guest reads them, with all effects'
      : 'devices are not read',
  ];
}

function reset({ debug }: GdbSession, words: readonly string[]): string[] {
  checkCount(words, 0, 0, '');
  debug.reset();
  return ['the machine has been reset'];
}

export const deviceCommands: readonly MonitorCommand[] = [
  { name: 'info irq', help: 'interrupts that are enabled, pending or active, by core', run: interrupts },
  { name: 'info gic', help: 'the same', run: interrupts },
  { name: 'info devices', help: 'where devices are in physical memory', run: devices },
  {
    name: 'device_reads',
    takes: 'on | off',
    help: 'whether reading memory reads devices, too, whatever that does to them',
    run: readDevices,
  },
  { name: 'system_reset', help: 'a reset as by the button', run: reset },
];
