/** Steps as lines of assembly with comments, as the readable formats have them. */
import { placeText } from '../symbols/index.js';
import {
  accessText,
  address,
  changeText,
  eventPhrase,
  flowText,
  registerValueText,
  systemReadText,
  systemWriteText,
} from './phrases.js';
import type { Step } from './step.js';

/** Where comments begin, behind the indentation. */
const COMMENTS = 64;
/** What a line has room for, comments included. */
const WIDTH = 150;

/** `0x40200004: b 0x41cfa0f0 <primary_entry>`; the physical address, too, where it is another. */
function instructionText({ virtual, physical, text, target }: Step): string {
  const isItself = physical !== undefined && BigInt(physical) === virtual;
  const mapped = isItself ? '' : ` (${physical === undefined ? 'not mapped' : address(physical)})`;
  const name = target === undefined || /^(br|blr|ret|eret)\b/.test(text) ? '' : ` <${target}>`;
  return `${address(virtual)}${mapped}: ${text}${name}`;
}

/** What an instruction has done, as short as it can be told. */
function effects(step: Step): string[] {
  const flow = flowText(step);
  return [
    ...(step.explanation === undefined ? [] : [step.explanation]),
    ...(flow === undefined ? [] : [flow]),
    ...step.registers.map(registerValueText),
    ...step.accesses.map((access) => accessText(access, step.registers)),
  ];
}

/** What is told on lines of its own. */
function details({ written, read, events, changes }: Step): string[] {
  const fields = read && systemReadText(read);
  return [
    ...(written === undefined ? [] : [systemWriteText(written)]),
    ...(fields === undefined ? [] : [fields]),
    ...changes.map(changeText),
    ...events.map(eventPhrase),
  ];
}

/** An instruction with its comments: on its own line as far as there is room, then below it. */
export function assemblyLines(step: Step, indent: string): string[] {
  const instruction = indent + instructionText(step);
  const comments = effects(step);
  const own = details(step);
  const margin = ' '.repeat(indent.length + COMMENTS);
  if (comments.length === 0 && own.length === 0) return [instruction];
  const first = `${instruction.padEnd(margin.length)} // `;
  const lines: string[] = [];
  let line = first;
  for (const [index, comment] of comments.entries()) {
    const piece = index === 0 ? comment : `; ${comment}`;
    if (line !== first && line.length + piece.length > WIDTH) {
      lines.push(line);
      line = `${margin} // ${comment}`;
    } else line += piece;
  }
  if (comments.length === 0) line += own.shift() ?? '';
  lines.push(line);
  for (const detail of own) lines.push(...wrapped(detail, `${indent}    // `));
  return lines;
}

/** A comment of its own, broken where it is too long. */
export function wrapped(text: string, first: string, next = `${first}  `): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = next + word;
    } else line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Comments on what is told as one, the first of them behind a title. */
export function titledLines(title: string, [first, ...others]: readonly string[], indent: string): string[] {
  return [
    ...wrapped(first, `${indent}// ${title}: `, `${indent}//   `),
    ...others.flatMap((line) => wrapped(line, `${indent}//   `)),
  ];
}

/** `cpu0 at EL2`, and where in physical memory. */
export function whereText({
  core,
  level,
  virtual,
  physical,
}: Pick<Step, 'core' | 'level' | 'virtual' | 'physical'>): string {
  const place =
    physical === undefined || BigInt(physical) === virtual ? '' : `, physical ${address(physical)}`;
  return `cpu${core} at EL${level}, ${address(virtual)}${place}`;
}

/** `primary_entry`, with the distance where it is not the start of it. */
export function placeTitle({ place, virtual }: Pick<Step, 'place' | 'virtual'>): string {
  return place === undefined ? address(virtual) : placeText(place);
}
