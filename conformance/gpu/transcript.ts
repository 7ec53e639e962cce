/** Operations with what QEMU answered, as text: one operation a line, for tests that have no QEMU at hand. */
import { hex, type Operation, type Outcome } from './operations.js';

export type Transcript = readonly { readonly operation: Operation; readonly outcome: Outcome }[];

const bytesText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function line({ operation, outcome }: Transcript[number]): string {
  switch (operation.kind) {
    case 'read':
      return `read ${hex(operation.address)} ${hex(Number(outcome))}`;
    case 'write':
      return `write ${hex(operation.address)} ${hex(operation.value)}`;
    case 'put':
      return `put ${hex(operation.address)} ${bytesText(operation.bytes)}`;
    case 'get':
      return `get ${hex(operation.address)} ${bytesText(outcome as Uint8Array)}`;
    case 'picture':
      throw new Error('a picture is too large for a transcript');
  }
}

export const writeTranscript = (transcript: Transcript): string => transcript.map(line).join('\n') + '\n';

export function readTranscript(text: string): Transcript {
  return text
    .trim()
    .split('\n')
    .map((line): Transcript[number] => {
      const [kind, place, result] = line.split(' ');
      const address = Number(place);
      if (kind === 'read') return { operation: { kind, address }, outcome: Number(result) };
      if (kind === 'write')
        return { operation: { kind, address, value: Number(result) }, outcome: undefined };
      const bytes = Buffer.from(result, 'hex');
      if (kind === 'put') return { operation: { kind, address, bytes }, outcome: undefined };
      if (kind === 'get') return { operation: { kind, address, length: bytes.length }, outcome: bytes };
      throw new Error(`transcript: unknown operation in "${line}"`);
    });
}
