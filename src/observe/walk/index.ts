/** Walks through runs, instruction by instruction, and their formats. */
import { JsonWriter } from './json-writer.js';
import { MarkdownWriter } from './markdown-writer.js';
import { TextWriter } from './text-writer.js';
import type { WalkWriter } from './writer.js';

export * from './step.js';
export { Walk, type WalkLimits, type WalkOptions } from './walk.js';
export type { WalkWriter } from './writer.js';

/** By the names of the formats. */
export const walkWriters = {
  text: () => new TextWriter(),
  markdown: () => new MarkdownWriter(),
  json: () => new JsonWriter(),
} as const satisfies Readonly<Record<string, () => WalkWriter>>;
export type WalkFormat = keyof typeof walkWriters;
