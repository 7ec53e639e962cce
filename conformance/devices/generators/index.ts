/** Random but purposeful sequences of operations for each part of each board. */
import type { PartOfBoard } from './common.js';
import { raspi3b } from './raspi3b.js';
import { virt } from './virt/index.js';

export const generators: readonly PartOfBoard[] = [...virt, ...raspi3b];
