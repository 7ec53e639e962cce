/** `-semihosting` and `-semihosting-config`. */
import { UsageError } from '../../command.js';
import { forOption, QemuError } from '../error.js';
import { parseConnection, type Connection } from './characters.js';
import type { Line } from './configuration.js';
import { checkNames, looseList, valueOf } from './lists.js';
import type { Settings, Written } from './table.js';
import { parseSwitch } from './values.js';

/** What is said of semihosting. */
export interface SemihostingSettings {
  readonly enabled: boolean;
  readonly userspace: boolean;
  /** Words that the guest is told, in place of the kernel's name and command line. */
  readonly arguments: readonly string[];
  /** Where its console is. */
  readonly chardev?: string;
}

/** Adds to what was said before. @throws QemuError, UsageError */
export function parseSemihosting(
  before: SemihostingSettings | undefined,
  { value, text }: Written,
): SemihostingSettings {
  return forOption(text, () => {
    const list = looseList(value);
    checkNames(list, ['enable', 'userspace', 'target', 'chardev', 'arg']);
    const isOn = (name: string, usual: string) => parseSwitch(name, valueOf(list, name) ?? usual);
    const enabled = isOn('enable', 'on');
    const userspace = isOn('userspace', 'off');
    const target = valueOf(list, 'target') ?? 'auto';
    if (!['native', 'gdb', 'auto'].includes(target))
      throw new QemuError(`unsupported semihosting-config ${value}`);
    if (target === 'gdb')
      throw new UsageError('-semihosting-config target=gdb: expected native or auto, GDB gets no calls');
    const chardev = valueOf(list, 'chardev');
    const words = list.filter(({ name }) => name === 'arg').map((each) => each.value);
    return {
      ...{ enabled, userspace, arguments: [...(before?.arguments ?? []), ...words] },
      ...(chardev === undefined ? {} : { chardev }),
    };
  });
}

/** The guest's command line: the arguments, or what the kernel is told. */
export function semihostingCommandLine({ semihosting, kernel, append }: Settings): string {
  const words = semihosting?.arguments ?? [];
  return (words.length > 0 ? words : [kernel, append].filter((text) => text !== undefined)).join(' ');
}

/**
 * Where the console of semihosting leads to: the device that it is given; else to this terminal, be it that a serial port is
 * there as well. Undefined for no semihosting.
 * @throws QemuError for a device that there is not
 */
export function semihostingLine(
  { semihosting, characters, daemonizes }: Settings,
  lines: readonly (Line | undefined)[],
): Line | undefined {
  if (semihosting?.enabled !== true) return undefined;
  const text = '-semihosting-config';
  const { chardev } = semihosting;
  if (chardev !== undefined) {
    if (!characters.has(chardev)) throw new QemuError(`semihosting chardev '${chardev}' not found`);
    const connection = parseConnection(`chardev:${chardev}`, characters, 'serial');
    return connection && { text, connection };
  }
  const atTerminal = lines.find((line) => line?.connection.device.kind === 'stdio');
  const kind = daemonizes ? 'null' : 'stdio';
  const own: Connection = { device: { kind }, shared: false, monitor: false };
  return { text, connection: atTerminal?.connection ?? own };
}
