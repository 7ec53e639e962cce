/** What executes instructions, by the names that users know it by. None can be told from another by what the guest sees. */
import { Interpreter } from './interpreter/interpreter.js';
import type { Tier, TierHost } from './tier.js';
import type { KeptRegions } from './translator/kept-regions.js';
import type { TranslatorStatistics } from './translator/statistics.js';
import { Translator, type TranslatorOptions } from './translator/translator.js';

export type EngineName = 'auto' | 'interpreter' | 'translator';

export interface EngineOptions {
  /** What is fastest, unless given. */
  readonly name?: EngineName;
  /** How the translator works, if not as usual. */
  readonly translator?: Partial<TranslatorOptions>;
}

/** A module whose function calls itself as its last act: regions go on to each other so, which not all browsers can do. */
const tailCall = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x06, 0x01, 0x04, 0x00, 0x12, 0x00, 0x0b],
]);

export function makeTier(host: TierHost, { name = 'auto', translator }: EngineOptions): Tier {
  const translates = name === 'translator' || (name === 'auto' && WebAssembly.validate(tailCall));
  return translates ? new Translator(host, translator) : new Interpreter(host);
}

/** What a translator has done; undefined of any other tier. */
export function statisticsOf(tier: Tier): Readonly<TranslatorStatistics> | undefined {
  return tier instanceof Translator ? tier.statistics : undefined;
}
/** What a translator leaves for the next run: see `RegionKeeper.keep`. */
export function keptBy(tier: Tier, atEnd: boolean): KeptRegions | undefined {
  return tier instanceof Translator ? tier.keep(atEnd) : undefined;
}
