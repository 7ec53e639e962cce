/** What the readable formats say of the parts of a walk, in the same words. */
import { exceptionName } from '../exception-names.js';
import { contentText } from '../event-text.js';
import type { MachineEvent } from '../events.js';
import { registerNamed, registerText } from '../../isa/index.js';
import { sizeText } from '../../machine/index.js';
import {
  mappingText,
  rangeText,
  type EntryChange,
  type MappedRange,
  type TableRange,
} from '../translation/index.js';
import type {
  Call,
  End,
  LiveMap,
  Loop,
  MemoryAccess,
  Region,
  RegisterValue,
  Start,
  Step,
  StoredRange,
  Summary,
  SystemRead,
  SystemWrite,
} from './step.js';

/** Small numbers as they are, others in hexadecimal. */
export const number = (value: bigint | number): string =>
  value < 10 ? String(value) : `0x${value.toString(16)}`;
export const hex = (value: bigint | number, digits = 1): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;

/** An address as such: at least 8 digits. */
export const address = (value: bigint | number): string => hex(value, value > 0xffff_ffff ? 16 : 8);

const named = (text: string, name: string | undefined): string =>
  name === undefined ? text : `${text} <${name}>`;

/** `nZCv`: capital where it is set. */
function flagsText(nzcv: bigint): string {
  return [...'NZCV']
    .map((flag, i) => (((nzcv >> BigInt(3 - i)) & 1n) === 1n ? flag : flag.toLowerCase()))
    .join('');
}

/** `x0 = 0x48000000 <devicetree>`. */
export function registerValueText({ name, value, points }: RegisterValue): string {
  return name === 'nzcv' ? `flags ${flagsText(value)}` : named(`${name} = ${number(value)}`, points);
}

/** `[0x41e00000 <init_idmap_pg_dir>] = 0x41e01003`; of a load `from [...]`, with the value where no register has it. */
export function accessText(access: MemoryAccess, registers: readonly RegisterValue[]): string {
  const { write, address: at, bytes, value, place, device, physical } = access;
  const where =
    device === undefined
      ? named(address(at), place)
      : `${address(at)} <${device.name}+${hex(device.offset)}>`;
  const isItself = physical === undefined || BigInt(physical) === at || device !== undefined;
  const mapped = isItself ? '' : ` (${address(physical)})`;
  if (bytes > 16) return `[${where}]${mapped} = 0, ${bytes} bytes`;
  if (write) return `[${where}]${mapped} = ${number(value)}`;
  const isSeen = registers.some((register) => register.value === value);
  return `${isSeen ? '' : `${number(value)} `}from [${where}]${mapped}`;
}

/** `SCTLR_EL1 = 0x34f4d91d: M=1 (MMU on) C=1 ...`; what the core does not keep of it comes behind. */
export function systemWriteText({ name, value, kept, before, points }: SystemWrite): string {
  const register = registerNamed(name);
  const fields = register === undefined ? '' : registerText(register, value, before ?? 0n);
  const differs = kept !== undefined && kept !== value ? `; the core keeps ${hex(kept)}` : '';
  return `${named(`${name} = ${number(value)}`, points)}${fields === '' ? '' : `: ${fields}`}${differs}`;
}

export function systemReadText({ name, value }: SystemRead): string | undefined {
  const register = registerNamed(name);
  const fields = register === undefined ? '' : registerText(register, value);
  return fields === '' ? undefined : `${name}: ${fields}`;
}

/** Of a conditional branch whether it is taken; of others where they lead if their text does not say. */
export function flowText({ flow, target, text }: Step): string | undefined {
  if (flow.isTaken !== undefined) return flow.isTaken ? 'taken' : 'not taken';
  const isIndirect = /^(br|blr|ret|eret)\b/.test(text) && flow.kind !== 'next';
  return isIndirect ? named(`to ${address(flow.to)}`, target) : undefined;
}

const levelOf = (level: number): string => `EL${level}`;

export function eventPhrase(event: MachineEvent): string {
  switch (event.type) {
    case 'exception': {
      const { syndrome, kind, from, to, vector, returnAddress, faultAddress } = event;
      const what = syndrome === undefined ? kind : exceptionName(syndrome);
      const far = faultAddress === undefined ? '' : `, FAR_EL${to} = ${address(faultAddress)}`;
      const esr = syndrome === undefined ? '' : `, ESR_EL${to} = ${hex(syndrome)}`;
      return `exception: ${what}, from ${levelOf(from)} to ${levelOf(to)}, vector +${hex(vector)}, ELR_EL${to} = ${address(returnAddress)}${esr}${far}`;
    }
    case 'exception return':
      return `exception level: ${levelOf(event.from)} to ${levelOf(event.to)}, goes on at ${address(event.address)}`;
    default:
      return contentText(event);
  }
}

const tableNames: Readonly<Record<TableRange['base'], string>> = {
  TTBR0_EL1: 'lower range of EL1 and EL0',
  TTBR1_EL1: 'upper range of EL1 and EL0',
  TTBR0_EL2: 'EL2',
  TTBR0_EL3: 'EL3',
  VTTBR_EL2: 'stage 2',
};

/** `TTBR1_EL1 (upper range of EL1 and EL0): tables from 0x41e08000, pages of 4 KiB, 48-bit addresses`. */
export function mapTitle({ map: { range }, isAsBefore }: LiveMap): string {
  const { base, root, granule, inputSize } = range;
  const what = `${base} (${tableNames[base]}): tables from ${address(root)}, pages of ${sizeText(2 ** granule)}, ${inputSize}-bit addresses`;
  return isAsBefore ? `${what}, which map what they did before` : what;
}

/** Ranges that are told of a map; what is more is counted. */
const TOLD_RANGES = 64;

interface MapRow {
  readonly range: string;
  readonly name: string | undefined;
  readonly mapping: string;
}

export function mapRows({ map, names }: LiveMap): {
  readonly rows: readonly MapRow[];
  readonly more: string | undefined;
} {
  const told = map.ranges.slice(0, TOLD_RANGES);
  const left = map.ranges.length - told.length;
  return {
    rows: told.map((range, index) => ({
      range: rangeText(range),
      name: names[index],
      mapping: mappingText(range.mapping, map.range),
    })),
    more: left > 0 || map.isCut ? `and ${map.isCut ? 'more' : `${left} ranges more`}` : undefined,
  };
}

/** What a store has made of an entry of a table in use. */
export function changeText({ range, table, index, kind, virtual, ranges }: EntryChange): string {
  const entry = `${range.base}, level ${table.level}, entry ${index}`;
  const until = virtual + (1n << BigInt(table.shift)) - 1n;
  const span = `${hex(virtual, 16)}-${hex(until, 16)}`;
  if (kind === 'invalid') return `${entry}: ${span} is not mapped any more`;
  if (ranges.length === 0) return `${entry}: a table for ${span}, in which nothing is mapped yet`;
  const [first] = ranges;
  const more = ranges.length === 1 ? '' : `, and ${ranges.length - 1} ranges more`;
  return `${entry}: ${rangeText(first)}, ${mappingText(first.mapping, range)}${more}`;
}

function mappedText(range: MappedRange): string {
  const { privileged, unprivileged, memory } = range.mapping;
  return `mapped: ${rangeText(range)}, ${privileged}${unprivileged === undefined ? '' : `, EL0 ${unprivileged}`}, ${memory}`;
}

function storedText({ from, to, place }: StoredRange, bytes: number): string {
  const size = Number(to - from);
  const many = size === bytes ? sizeText(bytes) : `${sizeText(bytes)} in places`;
  return `stored: ${named(address(from), place)} to ${address(to - 1n)} (${many})`;
}

/** Lines on what several instructions have left behind. */
function summaryLines(summary: Summary, mostRegisters = 12): string[] {
  const registers = summary.registers.slice(0, mostRegisters).map(registerValueText);
  const left = summary.registers.length - registers.length;
  const stored = summary.stored.map((range) => storedText(range, Number(range.to - range.from)));
  const devices = summary.devices.map(
    ({ name, reads, writes }) => `device ${name}: ${reads} reads, ${writes} writes`,
  );
  return [
    ...(registers.length === 0 ? [] : [registers.join(', ') + (left > 0 ? ` and ${left} more` : '')]),
    ...stored,
    ...(summary.scattered === undefined ? [] : [storedText(summary.scattered, summary.scattered.bytes)]),
    ...devices,
    ...summary.mapped.map(mappedText),
    ...(summary.hasMoreMapped ? ['mapped: more'] : []),
  ];
}

const instructionsText = (count: number): string =>
  count === 1 ? 'one instruction' : `${count} instructions`;

/** Lines on a call that is not looked into. */
export function callLines({ instructions, summary, written, events }: Call): string[] {
  const x0 = summary.registers.find(({ name }) => name === 'x0');
  return [
    `${instructionsText(instructions)}${x0 === undefined ? '' : `, ${registerValueText(x0)}`}`,
    ...summaryLines({ ...summary, registers: [] }),
    ...written.map(systemWriteText),
    ...events.map(eventPhrase),
  ];
}

/** `× 4095 more (20475 instructions), until x0 = 0x41e08000, x1 = 0`; stores and mappings follow. */
export function loopLines({ passes, instructions, head, back, summary }: Loop): string[] {
  const lines = summaryLines(summary);
  const until = summary.registers.length > 0 ? `, until ${lines.shift() ?? ''}` : '';
  return [
    `${address(head)} to ${address(back)} × ${passes} more (${instructions} instructions)${until}`,
    ...lines,
  ];
}

/** `12 instructions from 0x41efa0f0 to 0x41efa11c, then to start_kernel`; what they have done follows. */
export function regionLines(region: Region): string[] {
  const { instructions, virtual, end, highest, flow, target } = region;
  const goesOn = flow.kind === 'next' || flow.to === end ? '' : `, then to ${target ?? address(flow.to)}`;
  return [
    `${instructionsText(instructions)} from ${address(virtual)} to ${address(highest - 4n)}${goesOn}`,
    ...summaryLines(region.summary, 31),
    ...region.read.map(systemReadText).filter((line) => line !== undefined),
    ...region.written.map(systemWriteText),
    ...region.explanations,
    ...region.events.map(eventPhrase),
  ];
}

export function startText({ board, cores, cpu, ram, instruction }: Start): string {
  const many = cores === 1 ? 'one core' : `${cores} cores`;
  const from = instruction === 0 ? 'from power-on' : `from instruction ${instruction} on`;
  return `Board ${board}, ${many} (${cpu}), ${sizeText(ram.size)} of RAM at ${address(ram.base)}, ${from}.`;
}

export function endText({ reason, instruction }: End): string {
  return `End: ${reason}, after ${instruction} instructions.`;
}
