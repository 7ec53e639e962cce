/** `info`: what the monitor tells of the machine. */
import { packageVersion } from '../../package.js';
import { blockRow } from './blocks.js';
import type { MonitorRow } from './commands.js';
import { MonitorError } from './error.js';
import { usbRow } from './input.js';
import { deviceTree, memoryTree } from './memory-tree.js';
import { networkLines, usernetLines } from './networks.js';
import { registerLines } from './registers.js';

const lines =
  (make: (...context: Parameters<MonitorRow['run']>) => Iterable<string>): MonitorRow['run'] =>
  (context, reader, name) => {
    reader.end(name);
    return make(context, reader, name);
  };

export const infoRows: Readonly<Record<string, MonitorRow>> = {
  block: blockRow,
  chardev: {
    help: 'show the character devices',
    run: lines(({ host }) => host.uses.map(({ user, device }) => `${user}: filename=${device}`)),
  },
  cpus: {
    help: 'show infos for each CPU',
    run: lines(({ host: { machine }, core }) =>
      Array.from(
        { length: machine.cores },
        (_, i) => `${i === core ? '*' : ' '} CPU #${i}: thread_id=${process.pid}`,
      ),
    ),
  },
  history: {
    help: 'show the command line history',
    run: lines(({ history }) => history.map((line, i) => `${i}: '${line}'`)),
  },
  irq: { help: 'show the interrupts statistics (if available)', run: lines(() => []) },
  mtree: {
    parameters: '[-f]',
    help: 'show memory tree (-f: dump flat view for address spaces)',
    run: ({ host: { machine } }, reader, name) => {
      const options = reader.options('f', name);
      reader.end(name);
      return memoryTree(machine, options.includes('f'));
    },
  },
  name: {
    help: 'show the current VM name',
    run: lines(({ host: { name } }) => (name === undefined ? [] : [name])),
  },
  network: { help: 'show the network state', run: lines(networkLines) },
  qtree: { help: 'show device tree', run: lines(({ host: { machine } }) => deviceTree(machine)) },
  registers: {
    parameters: '[-a|vcpu]',
    help: "show the cpu registers (-a: show register info for all cpus; vcpu: specific vCPU to query; show the current CPU's registers if no argument is specified)",
    run: function* ({ host: { machine }, core }, reader, name) {
      const all = reader.options('a', name) !== '';
      const wanted = reader.isAtEnd ? core : Number(reader.expression());
      reader.end(name);
      if (wanted >= machine.cores) throw new MonitorError(`CPU#${wanted} not available`);
      for (let i = 0; i < machine.cores; i++) if (all || i === wanted) yield* registerLines(machine, i);
    },
  },
  snapshots: {
    help: 'show the currently saved VM snapshots',
    run: lines(() => ['no block device can store vmstate for snapshot']),
  },
  status: {
    help: 'show the current VM status (running|paused)',
    run: lines(({ host: { state } }) => {
      return [`VM status: ${['running', 'paused'].includes(state) ? state : `paused (${state})`}`];
    }),
  },
  usb: usbRow,
  usernet: { help: 'show user network stack connection states', run: lines(usernetLines) },
  uuid: { help: 'show the current VM UUID', run: lines(() => ['00000000-0000-0000-0000-000000000000']) },
  version: { help: 'show the version of firstlight', run: lines(() => [packageVersion()]) },
};
