/** Operations with what QEMU answered, as text: one operation a line, for tests that have no QEMU at hand. */
import {
  BOARDS,
  KINDS,
  type Kind,
  type Operation,
  type Outcome,
  type Setup,
  type SetupBoard,
} from './operations.js';

export interface Transcript {
  setup: Setup;
  operations: Operation[];
  outcomes: Outcome[];
}

const hex = (n: bigint | number): string => `0x${n.toString(16)}`;

export function writeTranscript({ setup, operations, outcomes }: Transcript): string {
  const lines = operations.map(({ kind, core, address, value }, i) => {
    const { value: result, aborted } = outcomes[i];
    return `${core} ${kind} ${hex(address)} ${hex(BigInt.asUintN(64, value))} = ${aborted ? 'abort' : hex(result)}`;
  });
  return [
    `board ${setup.board} cores ${setup.cores} el ${setup.hypervisor ? 2 : 1}${setup.secure ? ' secure' : ''}`,
    ...lines,
    '',
  ].join('\n');
}

export function readTranscript(text: string): Transcript {
  const [first, ...lines] = text.trim().split('\n');
  const [, board, , cores, , el, secure] = first.split(' ');
  if (!isBoard(board)) throw new Error(`transcript: unknown board in "${first}"`);
  const transcript: Transcript = {
    setup: { board, cores: Number(cores), hypervisor: el === '2', secure: secure === 'secure' },
    operations: [],
    outcomes: [],
  };
  for (const line of lines) {
    const [core, kind, address, value, , result] = line.split(' ');
    if (!isKind(kind)) throw new Error(`transcript: unknown operation in "${line}"`);
    transcript.operations.push({ kind, core: Number(core), address: Number(address), value: BigInt(value) });
    const aborted = result === 'abort';
    transcript.outcomes.push({ value: aborted ? 0n : BigInt(result), aborted });
  }
  return transcript;
}

const isKind = (word: string): word is Kind => (KINDS as readonly string[]).includes(word);
const isBoard = (word: string): word is SetupBoard => (BOARDS as readonly string[]).includes(word);
