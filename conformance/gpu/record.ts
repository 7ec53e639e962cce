/**
 * Records what the fast tests replay: short transcripts of QEMU's mailbox and of its messages, into tests/data/raspi3b-gpu.
 * Run: `npx tsx conformance/gpu/record.ts`
 */
import { writeFileSync } from 'node:fs';
import { random } from '../devices/random.js';
import { mailbox, messages, tags } from './generators/messages.js';
import { onQemu } from './qemu.js';
import { writeTranscript } from './transcript.js';

const directory = new URL('../../tests/data/raspi3b-gpu/', import.meta.url).pathname;

const recorded = [
  { name: 'mailbox', operations: mailbox(random(1), 150).flat() },
  { name: 'messages', operations: messages(random(1), 60).flat() },
  { name: 'property-tags', operations: tags.flat() },
];
for (const { name, operations } of recorded) {
  const outcomes = await onQemu(operations);
  const transcript = operations.map((operation, i) => ({ operation, outcome: outcomes[i] }));
  writeFileSync(`${directory}${name}.txt`, writeTranscript(transcript));
}
