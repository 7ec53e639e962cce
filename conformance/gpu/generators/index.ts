/** What is compared with QEMU, by its name. */
import type { Generator } from './common.js';
import { controlBlocks } from './control-blocks.js';
import { mailbox, messages } from './messages.js';
import { pictures } from './pictures.js';

export const generators: readonly {
  readonly name: string;
  readonly generate: Generator;
  readonly steps: number;
}[] = [
  { name: 'mailbox', generate: mailbox, steps: 2000 },
  { name: 'messages', generate: messages, steps: 2000 },
  { name: 'DMA', generate: controlBlocks, steps: 2000 },
  { name: 'pictures', generate: pictures, steps: 24 },
];
