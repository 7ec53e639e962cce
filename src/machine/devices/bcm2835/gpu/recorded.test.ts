import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildBoard, carryOut } from '../../../../../conformance/gpu/firstlight.js';
import { describe as nameOf, difference } from '../../../../../conformance/gpu/operations.js';
import { readTranscript } from '../../../../../conformance/gpu/transcript.js';

const data = new URL('../../../../../tests/data/raspi3b-gpu/', import.meta.url);

// Written by conformance/gpu/record.ts.
describe('the mailbox', () => {
  it.each(['mailbox', 'messages', 'property-tags'])("answers as QEMU's: %s", (name) => {
    const board = buildBoard();
    const differences = readTranscript(readFileSync(new URL(`${name}.txt`, data), 'utf8')).flatMap(
      ({ operation, outcome }, i) => {
        const different = difference(outcome, carryOut(board, operation));
        return different === undefined ? [] : [`#${i} ${nameOf(operation)}: ${different}`];
      },
    );
    expect(differences).toEqual([]);
  });
});
