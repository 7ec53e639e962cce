import { describe, expect, it } from 'vitest';
import { readAbi } from '../../../scripts/zircon/abi.js';
import { Right, Rights, Signal, Status } from './constants.js';
import { Policy, PolicyAction } from './policy.js';
import { PacketType, WaitAsync } from './port.js';
import { BlockedState } from './thread-state.js';
import { ExceptionType } from './exceptions.js';

const all = new Map(Object.values(readAbi().constants).flatMap((header) => Object.entries(header)));

/** A group of the kernel's constants, and the public names that its keys may stand for. */
const groups: [string, Readonly<Record<string, number>>, (key: string) => string[]][] = [
  ['Status', Status, (key) => [`ZX_ERR_${key}`, `ZX_${key}`]],
  ['Right', Right, (key) => [`ZX_RIGHT_${key}`]],
  ['Rights', Rights, (key) => [`ZX_RIGHTS_${key}`, `ZX_DEFAULT_${key}_RIGHTS`]],
  ['Signal', Signal, (key) => [`ZX_${key}`]],
  ['Policy', Policy, (key) => [`ZX_POL_${key}`]],
  ['PolicyAction', PolicyAction, (key) => [`ZX_POL_ACTION_${key}`]],
  ['PacketType', PacketType, (key) => [`ZX_PKT_TYPE_${key}`]],
  ['WaitAsync', WaitAsync, (key) => [`ZX_WAIT_ASYNC_${key}`]],
  ['BlockedState', BlockedState, (key) => [`ZX_THREAD_STATE_BLOCKED_${key}`]],
  ['ExceptionType', ExceptionType, (key) => [`ZX_EXCP_${key}`]],
];

describe('the kernel’s constants are those of the ABI table', () => {
  it.each(groups)('%s', (_, group, names) => {
    for (const [key, value] of Object.entries(group)) {
      const name = names(key).find((candidate) => all.has(candidate));
      expect(name, key).toBeDefined();
      expect(value, name).toBe(Number(all.get(name as string)));
    }
  });
});
