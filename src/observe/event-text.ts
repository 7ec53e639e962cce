/** An event as one readable line. */
import { sizeText } from '../machine/index.js';
import { exceptionName, faultName } from './exception-names.js';
import { kernelEventText } from './kernel/event-text.js';
import type { EventPlace, ExceptionEvent, MachineEvent, PsciEvent, TranslationEvent } from './events.js';

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const level = (high: boolean): string => (high ? 'high' : 'low');

/** For example `[     123456 cpu0 EL1] exception: SVC from EL0, to VBAR_EL1+0x400, ...`. */
export function eventText(event: MachineEvent): string {
  return `${placeText(event.at)} ${contentText(event)}`;
}

function placeText({ instructions, core, level }: EventPlace): string {
  const where = core === undefined ? 'board   ' : `cpu${core} ${level === undefined ? '   ' : `EL${level}`}`;
  return `[${instructions.toString().padStart(11)} ${where}]`;
}

/** What happened, without when and where. */
export function contentText(event: MachineEvent): string {
  switch (event.type) {
    case 'exception':
      return exceptionText(event);
    case 'exception return':
      return `exception return: EL${event.from} to EL${event.to}, at ${hex(event.address)}`;
    case 'translation':
      return translationText(event);
    case 'translation fault':
      return `${event.access} of ${hex(event.virtual)}: ${faultName(event.status)}, stage ${event.stage}`;
    case 'register write':
      return `${event.register} = ${hex(event.value)}`;
    case 'TLB maintenance':
      return `${event.operation}, ${hex(event.value)}`;
    case 'PSCI':
      return psciText(event);
    case 'interrupt line':
      return `${event.line.toUpperCase()} input ${level(event.level)}`;
    case 'interrupt input':
      return `interrupt ${interruptName(event, event.of)} ${level(event.level)}`;
    case 'interrupt active':
      return `interrupt ${interruptName(event)} acknowledged`;
    case 'interrupt inactive':
      return `interrupt ${interruptName(event)} deactivated`;
    case 'device read':
      return `${event.device}+${hex(event.offset)} reads ${hex(event.value)} (${event.size} bytes)`;
    case 'device write':
      return `${event.device}+${hex(event.offset)} = ${hex(event.value)} (${event.size} bytes)`;
    default:
      return kernelEventText(event);
  }
}

function exceptionText(event: ExceptionEvent): string {
  const { kind, syndrome, from, to, vector, returnAddress, faultAddress } = event;
  const name = syndrome === undefined ? kind : exceptionName(syndrome);
  return (
    `exception: ${name} from EL${from}, to VBAR_EL${to}+${hex(vector)}, ELR ${hex(returnAddress)}` +
    (syndrome === undefined ? '' : `, ESR ${hex(syndrome)}`) +
    (faultAddress === undefined ? '' : `, FAR ${hex(faultAddress)}`)
  );
}

function translationText(event: TranslationEvent): string {
  const { access, virtual, physical, permissions, pageSize, global } = event;
  return (
    `${access} of ${hex(virtual)} at EL${event.for}: ${hex(physical)} ${permissions}, ` +
    `${sizeText(pageSize)}${global ? '' : ', not global'}`
  );
}

function psciText(event: PsciEvent): string {
  const name = event.name ?? hex(event.function);
  return `PSCI ${name}(${event.arguments.map(hex).join(', ')}) = ${event.result}`;
}

function interruptName({ intid, kind }: { intid: number; kind: string }, core?: number): string {
  return `${intid} (${kind}${core === undefined ? '' : ` of cpu${core}`})`;
}
