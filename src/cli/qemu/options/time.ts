/** `-rtc` and `-icount`: the time that the guest sees. */
import { QemuError } from '../error.js';
import { UsageError } from '../../command.js';
import { checkNames, looseList, valueOf } from './lists.js';
import { parseSwitch } from './values.js';

/** What the clock of the day shows at the start: the host's time, or so many seconds since 1970. */
export type Base = 'utc' | number;

const FORMATS = "valid formats: '2006-06-17T16:01:21' or '2006-06-17'";

/** @throws QemuError */
export function parseRtc(text: string): Base {
  const list = looseList(text);
  checkNames(list, ['base', 'clock', 'driftfix']);
  const one = (name: string, values: readonly string[]): void => {
    const value = valueOf(list, name);
    if (value !== undefined && !values.includes(value))
      throw new QemuError(`invalid option value '${value}'`);
  };
  one('clock', ['host', 'rt', 'vm']);
  one('driftfix', ['none', 'slew']);
  const base = valueOf(list, 'base') ?? 'utc';
  if (base === 'utc') return base;
  if (base === 'localtime') return Math.floor(Date.now() / 1000) - new Date().getTimezoneOffset() * 60;
  if (!/^\d{4}-\d\d?-\d\d?(T\d\d?:\d\d?:\d\d?)?$/.test(base))
    throw new QemuError('invalid datetime format', FORMATS);
  // What is beyond the end of a month, a day, an hour is in the next, as for QEMU.
  const [year, month, ...rest] = base.split(/[-T:]/).map(Number);
  const seconds = Date.UTC(year, month - 1, ...rest) / 1000;
  if (!(seconds >= 0 && seconds < 2 ** 32))
    throw new UsageError(`-rtc base=${base}: expected a time from 1970 to 2106`);
  return seconds;
}

/** Instructions to a second of virtual time; undefined where that is to keep up with the host's clock. @throws QemuError */
export function parseIcount(text: string): number | undefined {
  const list = looseList(text, 'shift');
  checkNames(list, ['shift', 'align', 'sleep', 'rr', 'rrfile', 'rrsnapshot']);
  const replay = list.find(({ name }) => name.startsWith('rr'));
  if (replay !== undefined)
    throw new UsageError(`-icount ${replay.name}: --record FILE and firstlight replay do that here`);
  const shift = valueOf(list, 'shift');
  if (shift !== undefined && shift !== 'auto' && !(/^\d+$/.test(shift) && Number(shift) <= 10))
    throw new QemuError('icount: Invalid shift value');
  if (shift === undefined && valueOf(list, 'align') !== undefined)
    throw new QemuError('Please specify shift option when using align');
  const sleeps = parseSwitch('sleep', valueOf(list, 'sleep') ?? 'on');
  const aligns = parseSwitch('align', valueOf(list, 'align') ?? 'off');
  if (aligns && !sleeps) throw new QemuError('align=on and sleep=off are incompatible');
  if (shift === undefined || shift === 'auto') return undefined;
  if (Number(shift) > 9) throw new UsageError(`-icount shift=${shift}: expected 0 to 9, or auto`);
  return 1e9 / (1 << Number(shift));
}
