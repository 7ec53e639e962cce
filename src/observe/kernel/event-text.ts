/** An event of a hosted kernel as one readable line. */
import { shownName } from '../../images/index.js';
import type { KernelEvent, MappingEvent, MessageEvent, ThreadName, VmoName } from './events.js';

const hex = (value: number): string => `0x${value.toString(16)}`;
const who = ({ process, pid, tid }: ThreadName): string => `${shownName(process)} ${pid}.${tid}`;
const threadText = (thread: ThreadName | undefined): string => {
  return thread === undefined ? 'idle' : `${who(thread)} (${shownName(thread.thread)})`;
};
const vmoText = ({ koid, name }: VmoName): string =>
  `vmo ${koid}${name === '' ? '' : ` '${shownName(name)}'`}`;

export function kernelEventText(event: KernelEvent): string {
  switch (event.type) {
    case 'system call':
      return `${who(event.by)} ${event.name}(${event.arguments.map(([name, value]) => `${name} ${value}`).join(', ')})`;
    case 'system call return':
      return `${who(event.by)} ${event.name} = ${event.result}`;
    case 'object created':
    case 'object destroyed': {
      const name = event.name === '' ? '' : ` '${shownName(event.name)}'`;
      return `${event.object} ${event.koid}${name} ${event.type.slice('object '.length)}`;
    }
    case 'page committed': {
      const { vmo, index, count, address, reason, copied } = event;
      const pages = count === 1 ? `page ${index}` : `pages ${index} to ${index + count - 1}`;
      return `${vmoText(vmo)}: ${pages} committed at ${hex(address)} by ${reason}${copied ? ', copied' : ''}`;
    }
    case 'pages decommitted':
      return `${vmoText(event.vmo)}: ${event.count} pages from ${event.index} on decommitted`;
    case 'mapped':
    case 'unmapped':
      return mappingText(event);
    case 'message':
      return messageText(event);
    case 'context switch':
      return `${threadText(event.from)} -> ${threadText(event.to)}`;
  }
}

function mappingText({ type, pid, base, size, permissions, vmo, offset }: MappingEvent): string {
  const place = `process ${pid}: ${hex(base)}+${hex(size)} ${permissions}`;
  return type === 'mapped' ? `${place} mapped to ${vmoText(vmo)}+${hex(offset)}` : `${place} unmapped`;
}

function messageText({ from, to, size, handles, content }: MessageEvent): string {
  const list = handles.length === 0 ? '' : `, handles to ${handles.join(', ')}`;
  return `channel ${from} -> ${to}: ${size} bytes${list}: ${content}`;
}
