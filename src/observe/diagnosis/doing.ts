/** What a core does, in a sentence. */
import { exceptionName } from '../exception-names.js';
import type { ExceptionEvent } from '../events.js';
import type { CoreState } from './core-state.js';
import type { Diagnosis, Names } from './diagnosis.js';
import { branchesToItself, endlessAccess, endlessException } from './endless.js';
import { isSameException, type SeenAccess, type SeenException } from './watch.js';

/** Places of a loop lie within so many bytes. */
const LOOP_SIZE = 512;
/** Places that are needed to tell a loop. */
const ENOUGH_SAMPLES = 8;

export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** `name+0x10`, or the address. */
export function placeText(names: Names, core: number, address: bigint): string {
  return names.place(core, address) ?? hex(address);
}

/** Virtual ns as people say it. */
export function durationText(ns: number): string {
  if (ns >= 1e9) return `${(ns / 1e9).toFixed(1)} s`;
  return ns >= 1e6 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e3).toFixed(1)} us`;
}

export function doing(core: CoreState, diagnosis: Diagnosis): string {
  const { names } = diagnosis;
  const at = `at EL${core.level}`;
  const endless = endlessException(core);
  if (endless !== undefined) return endlessText(core, endless, names);
  if (core.activity === 'off') return 'is off';
  const place = core.place ?? hex(core.pc);
  if (core.activity === 'waiting for interrupt')
    return `waits for an interrupt ${at} in ${place}, ${awaited(core, names)}`;
  if (core.activity === 'waiting for input' || core.activity === 'waiting for files')
    return `waits for ${core.activity === 'waiting for input' ? 'input' : 'a file of the host'} by semihosting ${at} in ${place}`;
  const polled = endlessAccess(diagnosis.accesses);
  if (polled !== undefined && polled.event.at.core === core.index)
    return `${accessText(polled)} ${at} in ${place}`;
  if (core.instruction === 'udf #0') return `is ${at} at ${place}, where there is no code but zeros`;
  return `${loopText(core)} ${at} in ${place}`;
}

/** An exception without end, and the one that it began with, if that is another. */
function endlessText(core: CoreState, endless: SeenException, names: Names): string {
  const again = `takes the same exception again and again: ${exceptionText(core, endless.event, names)}`;
  const { first } = core;
  if (first === undefined || isSameException(first.event, endless.event)) return again;
  return `${again}; its first exception was: ${exceptionText(core, first.event, names)}`;
}

function loopText(core: CoreState): string {
  const { samples, instruction, before } = core;
  if (branchesToItself(core)) return 'branches to itself';
  if (instruction === 'wfe' || before === 'wfe') return 'waits for an event (WFE)';
  const low = samples.reduce((least, each) => (each < least ? each : least), samples[0] ?? 0n);
  const high = samples.reduce((most, each) => (each > most ? each : most), low);
  const isLoop = samples.length >= ENOUGH_SAMPLES && high - low < LOOP_SIZE;
  if (!isLoop) return 'runs';
  return high === low ? 'stays' : `stays between ${hex(low)} and ${hex(high)}`;
}

function accessText({ event }: SeenAccess): string {
  const register = `${event.device}+${hex(event.offset)}`;
  const value = hex(event.value);
  return event.type === 'device read'
    ? `reads ${register} again and again, which gives ${value},`
    : `writes ${register} again and again, last ${value},`;
}

/** An exception with what explains it. */
export function exceptionText(core: CoreState, event: ExceptionEvent, names: Names): string {
  const { syndrome, faultAddress, returnAddress, to, from, vector, kind } = event;
  const { register, address } = core.vectors;
  const isOwn = register === `VBAR_EL${to}`;
  const entry = `VBAR_EL${to}+${hex(vector)}`;
  const parts = [
    `${syndrome === undefined ? kind : exceptionName(syndrome)} from EL${from} at ${placeText(names, core.index, returnAddress)}`,
    `to ${isOwn ? `${entry} = ${hex(address + BigInt(vector))}` : entry}`,
    ...(syndrome === undefined ? [] : [`ESR ${hex(syndrome)}`]),
  ];
  if (faultAddress !== undefined) {
    const target = names.target(core.index, faultAddress);
    const there = target === undefined ? '' : ` (physical ${hex(target.physical)}: ${target.holds})`;
    parts.push(`FAR ${hex(faultAddress)}${there}`);
  }
  if (isOwn && address === 0n) parts.push(`no vectors have been set`);
  return parts.join(', ');
}

/** What can wake a core that waits. */
function awaited({ timers, interrupts }: CoreState, names: Names): string {
  const next = timers.filter(({ masked }) => !masked).sort((a, b) => a.due - b.due)[0];
  if (next !== undefined) return `${next.name} due ${next.due > 0 ? `in ${durationText(next.due)}` : 'now'}`;
  if (!interrupts.delivers) return 'and its interrupt controller is not switched on';
  const enabled = interrupts.interrupts.filter((each) => each.enabled);
  if (enabled.length === 0) return 'and no interrupt is enabled';
  return `for ${enabled.map(({ number }) => interruptText(number, names)).join(', ')}`;
}

/** `33 (pl011)`. */
export function interruptText(number: number, { interrupts }: Names): string {
  const name = interrupts.get(number);
  return name === undefined ? String(number) : `${number} (${name})`;
}
