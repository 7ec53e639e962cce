/** What GDB is told of a target as XML: "Target Descriptions", "Memory Map Format" and "Thread List Format" of its manual. */
import type { RegisterInfo } from '../registers.js';
import type { ThreadInfo } from '../target.js';
import { printableAscii } from './hex.js';
import { threadName } from './thread-names.js';

const HEADER = '<?xml version="1.0"?>';

const features: Readonly<Record<RegisterInfo['group'], { readonly file: string; readonly name: string }>> = {
  core: { file: 'aarch64-core.xml', name: 'org.gnu.gdb.aarch64.core' },
  fpu: { file: 'aarch64-fpu.xml', name: 'org.gnu.gdb.aarch64.fpu' },
  system: { file: 'system-registers.xml', name: 'firstlight.aarch64.system' },
};

/** Ways to look at a V register: element, GDB's types of it by name, and how many there are. */
const views = [
  { name: 'd', count: 2, types: { f: 'ieee_double', u: 'uint64', s: 'int64' } },
  { name: 's', count: 4, types: { f: 'ieee_single', u: 'uint32', s: 'int32' } },
  { name: 'h', count: 8, types: { u: 'uint16', s: 'int16' } },
  { name: 'b', count: 16, types: { u: 'uint8', s: 'int8' } },
  { name: 'q', count: 1, types: { u: 'uint128', s: 'int128' } },
] as const;

function vectorTypes(): string {
  const union = (id: string, fields: readonly (readonly [name: string, type: string])[]): string =>
    `<union id="${id}">${fields.map(([name, type]) => `<field name="${name}" type="${type}"/>`).join('')}</union>`;
  const parts = views.map(({ name, count, types }) => {
    const kinds = Object.entries(types);
    const vectors = kinds.map(
      ([kind, type]) => `<vector id="v${count}${kind}" type="${type}" count="${count}"/>`,
    );
    return (
      vectors.join('') +
      union(
        `vn${name}`,
        kinds.map(([kind]) => [kind, `v${count}${kind}`] as const),
      )
    );
  });
  return (
    parts.join('') +
    union(
      'aarch64v',
      views.map(({ name }) => [name, `vn${name}`] as const),
    )
  );
}

/** The type of a register with named parts. */
function flagsOf({ name, bits, fields }: RegisterInfo): string {
  const list = fields.map(({ name: field, lsb, width }) => {
    const type = width === 1 ? 'bool' : 'uint64';
    return `<field name="${field}" start="${lsb}" end="${lsb + width - 1}" type="${type}"/>`;
  });
  return `<flags id="${name}_flags" size="${bits / 8}">${list.join('')}</flags>`;
}

function typeOf({ name, bits, group, fields }: RegisterInfo): string {
  if (fields.length > 0) return `${name}_flags`;
  if (name === 'sp') return 'data_ptr';
  if (name === 'pc') return 'code_ptr';
  if (bits === 128) return 'aarch64v';
  return group === 'core' ? 'int64' : `uint${bits}`;
}

function registerText(register: RegisterInfo): string {
  const { number, name, bits, group } = register;
  // They cannot be set, so GDB must not put them back when it has had a function of the guest's called.
  const shownWith = group === 'system' ? ' group="system" save-restore="no"' : '';
  return `<reg name="${name}" bitsize="${bits}" regnum="${number}" type="${typeOf(register)}"${shownWith}/>`;
}

/** The files of the description, by name. */
export function descriptionFiles(registers: readonly RegisterInfo[]): ReadonlyMap<string, string> {
  const groups = Object.entries(features).map(([group, { file, name }]) => {
    const own = registers.filter((register) => register.group === group);
    const types = own.filter(({ fields }) => fields.length > 0).map(flagsOf);
    const vectors = group === 'fpu' ? vectorTypes() : '';
    const content = vectors + types.join('') + own.map(registerText).join('');
    return [
      file,
      `${HEADER}<!DOCTYPE feature SYSTEM "gdb-target.dtd"><feature name="${name}">${content}</feature>`,
    ] as const;
  });
  const includes = groups.map(([file]) => `<xi:include href="${file}"/>`).join('');
  const target = `${HEADER}<!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>aarch64</architecture>${includes}</target>`;
  return new Map([['target.xml', target], ...groups]);
}

/**
 * Everything may be read, written and have any breakpoint: addresses are virtual ones, so what lies where is the guest's
 * to say, at each moment, and a breakpoint changes no memory. In halves, whose lengths are numbers of 64 bits: all but the
 * last byte in one makes LLDB 14 look for what comes behind it, and fail.
 */
const half = (start: string): string => `<memory type="ram" start="${start}" length="0x8000000000000000"/>`;
export const memoryMap = `${HEADER}<memory-map>${half('0x0')}${half('0x8000000000000000')}</memory-map>`;

export function threadList(threads: readonly ThreadInfo[]): string {
  const list = threads.map((thread) => {
    const core = thread.core === undefined ? '' : ` core="${thread.core}"`;
    return `<thread id="${threadName(thread)}"${core} name="${escaped(thread.name)}">${escaped(thread.state)}</thread>`;
  });
  return `${HEADER}<threads>${list.join('')}</threads>`;
}

/** Names are the guest's: whatever is in them, it is text. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '<': '&lt;',
    '>': '&gt;',
    '&': '&amp;',
    '"': '&quot;',
  };
  return printableAscii(text).replace(/[<>&"]/g, (character) => entities[character]);
}
