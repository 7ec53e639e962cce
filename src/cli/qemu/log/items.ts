/** `-d`: what is to be logged. */
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';

/** What there is here, with QEMU's explanations as far as they hold. */
const items = {
  int: 'show interrupts/exceptions in short format',
  unimp: 'log unimplemented functionality',
  guest_errors: 'log when the guest OS does something invalid, the same as unimp',
  nochain: 'nothing: there are no chains to be left out of',
} as const;
export type LogItem = keyof typeof items;
const isItem = (name: string): name is LogItem => Object.hasOwn(items, name);

const WALK = 'firstlight trace shows what each instruction does';
const QEMU_ONLY = "it is about QEMU's translator";
/** What QEMU has besides. */
const others: Readonly<Record<string, string>> = {
  ...{ in_asm: WALK, exec: WALK, cpu: WALK, fpu: WALK, mmu: '--trace mmu shows translations' },
  ...{ out_asm: QEMU_ONLY, op: QEMU_ONLY, op_opt: QEMU_ONLY, op_ind: QEMU_ONLY, plugin: QEMU_ONLY },
  ...{ cpu_reset: WALK, all: 'expected items by name', pcall: 'it is about other processors' },
  ...{ page: 'it is about user mode', strace: 'it is about user mode', tid: 'there is one file' },
};

/** @throws QemuError for what QEMU has neither, UsageError for what only QEMU has */
export function parseLogItems(text: string): LogItem[] {
  return text.split(',').map((name) => {
    if (isItem(name)) return name;
    if (Object.hasOwn(others, name)) throw new UsageError(`-d ${name}: ${others[name]}`);
    if (name.startsWith('trace:')) throw new UsageError(`-d ${name}: --trace shows events`);
    throw new QemuError(`-d ${text}: expected items of -d help, separated by commas, found '${name}'`);
  });
}

export const logItemHelp = (): string =>
  [
    'Log items (comma separated):',
    ...Object.entries(items).map(([name, help]) => `${name.padEnd(15)} ${help}`),
    '',
  ].join('\n');
