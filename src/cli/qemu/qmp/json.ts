/** JSON values as QMP has them, and how QEMU writes them. */

/** Whole numbers of 64 bits are bigints, all others numbers; what is read has maps for objects. */
export type Json =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly Json[]
  | ReadonlyMap<string, Json>
  | { readonly [name: string]: Json };
export type JsonObject = ReadonlyMap<string, Json>;

const named: Readonly<Record<string, string>> = {
  ...{ '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' },
};

/** All beyond ASCII by its numbers in UTF-16. */
const quoted = (text: string): string =>
  `"${text.replace(/["\\]|[^\x20-\x7e]/g, (letter) => {
    return named[letter] ?? `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  })}"`;

/** A number as C's `%.17g` writes it. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const [, digits, exponent] = /^(.*)e(.*)$/.exec(value.toExponential(16)) ?? [];
  const power = Number(exponent);
  const short = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < 17) return short(value.toFixed(Math.min(16 - power, 20)));
  const sign = power < 0 ? '-' : '+';
  return `${short(digits)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** In one line; or `pretty`, each member in its own. */
export function jsonText(value: Json, pretty = false, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}    `;
  const around = (open: string, parts: readonly string[], close: string): string =>
    pretty
      ? `${open}\n${parts.map((part, i) => `${inner}${part}${i < parts.length - 1 ? ',' : ''}\n`).join('')}${indent}${close}`
      : `${open}${parts.join(', ')}${close}`;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return around(
      '[',
      list.map((each) => jsonText(each, pretty, inner)),
      ']',
    );
  }
  const entries: Iterable<[string, Json]> =
    value instanceof Map
      ? (value as JsonObject).entries()
      : Object.entries(value as { [name: string]: Json });
  return around(
    '{',
    Array.from(entries, ([name, each]) => `${quoted(name)}: ${jsonText(each, pretty, inner)}`),
    '}',
  );
}
