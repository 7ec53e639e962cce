/** Names and source lines for places in a guest. */
export { GuestSymbols, type NamedPlace } from './guest-symbols.js';
export type { KernelMemory } from './kernel-memory.js';
export { placeText, type Place } from './named-code.js';
export { elfSymbols, readSymbolFile, type SymbolFile } from './symbol-file.js';
