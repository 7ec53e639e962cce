/** A walk as JSON, one object a line: the items as `step.ts` has them, addresses and values as hexadecimal text. */
import { decodeFields, registerNamed } from '../../isa/index.js';
import type { TableMap } from '../translation/index.js';
import { hex } from './phrases.js';
import type { LiveMap, Step, SystemRead, SystemWrite, WalkItem } from './step.js';
import type { WalkWriter } from './writer.js';

/** Numbers that are addresses or bits. */
const addresses = new Set(['physical', 'address', 'root', 'base', 'syndrome', 'vector', 'offset', 'word']);

export class JsonWriter implements WalkWriter {
  write(item: WalkItem): string {
    return `${JSON.stringify(shaped(item), replace)}\n`;
  }
  end(): string {
    return '';
  }
}

function replace(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return hex(value);
  if (typeof value === 'number' && addresses.has(key)) return hex(key === 'word' ? value >>> 0 : value);
  return value;
}

/** System registers get their fields by name. */
function shaped(item: WalkItem): unknown {
  if (item.kind === 'step')
    return { ...item, ...systemOf(item), maps: item.maps.map(mapOf), changes: item.changes.map(changeOf) };
  if (item.kind === 'start') return { ...item, maps: item.maps.map(mapOf) };
  if (item.kind === 'call')
    return { ...item, written: item.written.map(withFields), maps: item.maps.map(mapOf) };
  if (item.kind === 'region')
    return {
      ...item,
      written: item.written.map(withFields),
      read: item.read.map(withFields),
      maps: item.maps.map(mapOf),
    };
  return item;
}

function systemOf({ written, read }: Step) {
  return { ...(written && { written: withFields(written) }), ...(read && { read: withFields(read) }) };
}

function withFields(access: SystemWrite | SystemRead) {
  const register = registerNamed(access.name);
  if (register === undefined || register.fields.length === 0) return access;
  const fields = decodeFields(register, access.value).fields.map(({ name, value }) => [name, value] as const);
  return { ...access, fields: Object.fromEntries(fields) };
}

/** Of the range of tables what says which they are. */
function tablesOf({ base, root, granule, inputSize, startLevel }: TableMap['range']) {
  return { base, root, page: 2 ** granule, addressBits: inputSize, startLevel };
}

function mapOf({ map, isAsBefore, names }: LiveMap) {
  const ranges = map.ranges.map((range, index) => ({ ...range, name: names[index] }));
  return { tables: tablesOf(map.range), isAsBefore, isCut: map.isCut, ...(isAsBefore ? {} : { ranges }) };
}

function changeOf({ range, table, ...change }: Step['changes'][number]) {
  return { ...change, tables: tablesOf(range), table: { address: table.address, level: table.level } };
}
