/** QMP's `query-...`: what there is to know of the machine. */
import { packageVersion } from '../../package.js';
import { blockList } from '../monitor/blocks.js';
import { command } from './command.js';
import type { Json } from './json.js';

/** The version whose QMP this is, and whose it is. */
export const version: Json = {
  qemu: { major: 7n, minor: 2n, micro: 0n },
  package: `firstlight ${packageVersion()}`,
};

export const queries = {
  'query-version': command({}, () => version),
  'query-status': command({}, ({ host: { state } }) => ({
    status: state,
    singlestep: false,
    running: state === 'running',
  })),
  'query-name': command({}, ({ host: { name } }) => (name === undefined ? {} : { name })),
  'query-uuid': command({}, () => ({ UUID: '00000000-0000-0000-0000-000000000000' })),
  'query-kvm': command({}, () => ({ enabled: false, present: false })),
  'query-target': command({}, () => ({ arch: 'aarch64' })),
  'query-current-machine': command({}, () => ({ 'wakeup-suspend-support': false })),
  'query-display-options': command({}, () => ({ type: 'none' })),
  'query-memory-size-summary': command({}, ({ host: { machine } }) => ({
    'base-memory': BigInt(machine.options.ramSize),
    'plugged-memory': 0n,
  })),
  'query-memory-devices': command({}, () => []),
  'query-iothreads': command({}, () => []),
  'query-block': command({}, ({ host }) => blockList(host)),
  'query-block-jobs': command({}, () => []),
  'query-cpus-fast': command({}, ({ host: { machine } }) =>
    Array.from({ length: machine.cores }, (_, i) => ({
      'cpu-index': BigInt(i),
      'qom-path': `/machine/cpu[${i}]`,
      'thread-id': BigInt(process.pid),
      target: 'aarch64',
    })),
  ),
  'query-chardev': command({}, ({ host }) =>
    host.uses.map(({ user, device }) => ({ label: user, filename: device, 'frontend-open': true })),
  ),
};
