/** `-M BOARD[,secure=on|off][,virtualization=on|off]`: a board, and which levels its cores have, in QEMU's words. */
import { InvalidArgumentError } from 'commander';
import type { Level } from '../../engine/index.js';
import { boards, type BoardName, type MachineOptions } from '../../machine/index.js';
import { UsageError } from '../command.js';

export interface MachineChoice {
  readonly board: BoardName;
  /** Whether the cores have EL3, and EL2; undefined: what `--el` says, or the board. */
  readonly secure?: boolean;
  readonly virtualization?: boolean;
}

const properties = ['secure', 'virtualization'] as const;
const isProperty = (name: string): name is (typeof properties)[number] =>
  (properties as readonly string[]).includes(name);
const isBoard = (name: string): name is BoardName => Object.hasOwn(boards, name);

export function parseMachine(text: string): MachineChoice {
  const [board, ...settings] = text.split(',');
  if (!isBoard(board)) {
    throw new InvalidArgumentError(`expected a board, one of ${Object.keys(boards).join(', ')}.`);
  }
  const chosen: { -readonly [Key in keyof MachineChoice]: MachineChoice[Key] } = { board };
  for (const setting of settings) {
    const [, name, value] = /^([^=]*)=(on|off)$/.exec(setting) ?? [];
    if (name === undefined || !isProperty(name)) {
      const expected = properties.map((each) => `${each}=on|off`).join(' or ');
      throw new InvalidArgumentError(`expected ${expected} behind the board, found '${setting}'.`);
    }
    chosen[name] = value === 'on';
  }
  return chosen;
}

/** The levels that the machine's cores have, where either option says so. */
export function levelsOf(
  { secure, virtualization }: MachineChoice,
  el: Level | undefined,
): Pick<MachineOptions, 'hypervisor' | 'secure'> {
  if (el === 3 && secure === false) throw new UsageError('--el 3 does not go with secure=off');
  if (el === 2 && virtualization === false)
    throw new UsageError('--el 2 does not go with virtualization=off');
  const hypervisor = virtualization ?? (el === undefined ? undefined : el >= 2);
  const hasEl3 = secure ?? (el === undefined ? undefined : el === 3);
  return {
    ...(hypervisor === undefined ? {} : { hypervisor }),
    ...(hasEl3 === undefined ? {} : { secure: hasEl3 }),
  };
}
