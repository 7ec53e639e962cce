/** A diagnosis as text: in one line, and in more. */
import { printable } from '../../images/index.js';
import type { CoreState } from './core-state.js';
import type { Diagnosis } from './diagnosis.js';
import { doing, durationText, exceptionText, hex, interruptText } from './doing.js';
import { endlessException } from './endless.js';
import { messageText } from './kernel-log.js';

const count = (n: number): string => n.toLocaleString('en-US');
/** Registers of devices, exceptions of a core, threads and places that are told. */
const MOST = { accesses: 6, exceptions: 8, threads: 20, places: 5 };

/** What the guest does, in one line: of its cores the one that tells most. */
export function diagnosisLine(diagnosis: Diagnosis): string {
  return printable(parts(diagnosis).join('; '));
}

function parts(diagnosis: Diagnosis): string[] {
  const { cores, console, kernelLog } = diagnosis;
  const telling =
    cores.find((core) => endlessException(core) !== undefined) ??
    cores.find(({ activity }) => activity === 'running') ??
    cores.find(({ activity }) => activity !== 'off');
  if (telling === undefined) return ['every core is off', ...console.advice];
  const others = cores.filter((core) => core !== telling && core.activity !== 'off');
  const rest =
    others.length === 0 ? [] : [`${others.length} more ${others.length === 1 ? 'core is' : 'cores are'} on`];
  const last = kernelLog.at(-1);
  const said = last === undefined ? [] : [`its log ends with "${last.text}"`];
  return [`cpu${telling.index} ${doing(telling, diagnosis)}`, ...rest, ...said, ...console.advice];
}

/** All that is known, a line each. */
export function diagnosisReport(diagnosis: Diagnosis): string[] {
  const { cores, threads, instructions, time } = diagnosis;
  const lines = [
    `the guest after ${count(instructions)} instructions, ${durationText(time)} of its time:`,
    ...cores.flatMap((core) => coreLines(core, diagnosis)),
    ...deviceLines(diagnosis),
    ...threads
      .slice(0, MOST.threads)
      .map(({ process, pid, tid, name, state }) => `thread ${process} ${pid}.${tid} (${name}): ${state}`),
    ...(threads.length > MOST.threads ? [`and ${threads.length - MOST.threads} more threads`] : []),
    ...logLines(diagnosis),
    ...consoleLines(diagnosis),
  ];
  return lines.map(printable);
}

function coreLines(core: CoreState, diagnosis: Diagnosis): string[] {
  const head = `cpu${core.index} ${doing(core, diagnosis)}`;
  if (core.activity === 'off') return [head];
  const { names } = diagnosis;
  const { interrupts, delivers } = core.interrupts;
  const list = (wanted: 'enabled' | 'pending' | 'active'): string =>
    interrupts
      .filter((each) => each[wanted])
      .map(({ number }) => interruptText(number, names))
      .join(', ') || 'none';
  const timers = core.timers.map(({ name, due, masked }) => {
    return `${name} ${due > 0 ? `due in ${durationText(due)}` : 'due'}${masked ? ' (masked)' : ''}`;
  });
  return [
    head,
    `  pc ${hex(core.pc)}${core.instruction === undefined ? ', which cannot be read' : `: ${core.instruction}`}`,
    `  MMU ${core.mmu ? 'on' : 'off'}, ${core.vectors.register} ${hex(core.vectors.address)}, masked: ${core.masked || 'nothing'}`,
    `  interrupts ${delivers ? 'delivered' : 'not delivered'}; enabled: ${list('enabled')}; pending: ${list('pending')}; active: ${list('active')}`,
    ...(timers.length === 0 ? [] : [`  ${timers.join(', ')}`]),
    ...placeLines(core, diagnosis),
    ...core.exceptions
      .slice(-MOST.exceptions)
      .map(({ event, count: times }) => `  took ${count(times)} x ${exceptionText(core, event, names)}`),
  ];
}

/** Where the core was seen most. */
function placeLines({ index, samples }: CoreState, { names }: Diagnosis): string[] {
  const seen = new Map<string, number>();
  for (const address of samples) {
    const place = names.place(index, address)?.replace(/\+0x.*$/, '') ?? hex(address);
    seen.set(place, (seen.get(place) ?? 0) + 1);
  }
  if (seen.size < 2) return [];
  const most = [...seen].sort((a, b) => b[1] - a[1]).slice(0, MOST.places);
  return [`  seen in ${most.map(([place, times]) => `${place} (${times} of ${samples.length})`).join(', ')}`];
}

function deviceLines({ accesses, lastAccess, lastCall }: Diagnosis): string[] {
  const uses = accesses.slice(0, MOST.accesses).map(({ event, count: times }) => {
    const verb = event.type === 'device read' ? 'read' : 'written';
    return `${event.device}+${hex(event.offset)} ${verb} ${count(times)} x, last ${hex(event.value)}`;
  });
  const last =
    lastAccess === undefined
      ? []
      : [
          `last device access: ${lastAccess.device}+${hex(lastAccess.offset)}, ${lastAccess.type.slice(7)} ${hex(lastAccess.value)}`,
        ];
  const call =
    lastCall === undefined
      ? []
      : [`last firmware call: ${lastCall.name ?? hex(lastCall.function)} = ${lastCall.result}`];
  return [...(uses.length === 0 ? [] : [`device registers: ${uses.join('; ')}`]), ...last, ...call];
}

function logLines({ kernelLog }: Diagnosis): string[] {
  if (kernelLog.length === 0) return [];
  return ["the latest in the kernel's own log:", ...kernelLog.map((message) => `  ${messageText(message)}`)];
}

function consoleLines({ console: { device, address, linux, commandLine, advice } }: Diagnosis): string[] {
  const where = address === undefined ? '' : ` at ${hex(address)}`;
  const given = commandLine === undefined ? [] : [`command line: ${commandLine}`];
  const name = linux.length === 0 ? '' : `, which Linux calls ${linux.join(' or ')}`;
  return [`console: ${device}${where}${name}`, ...given, ...advice];
}
