/** The syntaxes of every row, made ready when first used. */
import { a64 } from '../a64/index.js';
import type { Encoding } from '../encoding.js';
import { compileSyntax, type Syntax } from './syntax.js';

const compiled = new Map<Encoding, readonly Syntax[]>();

/** The syntaxes of a row, the preferred one first. */
export function syntaxesOf(encoding: Encoding): readonly Syntax[] {
  let syntaxes = compiled.get(encoding);
  if (syntaxes === undefined) {
    syntaxes = encoding.text.map((template) => compileSyntax(encoding, template));
    compiled.set(encoding, syntaxes);
  }
  return syntaxes;
}

let byKey: ReadonlyMap<string, readonly Syntax[]> | undefined;

function groupByKey(): ReadonlyMap<string, readonly Syntax[]> {
  const groups = new Map<string, Syntax[]>();
  for (const syntax of a64.flatMap(syntaxesOf)) {
    const group = groups.get(syntax.key);
    if (group === undefined) groups.set(syntax.key, [syntax]);
    else group.push(syntax);
  }
  return groups;
}

/** All syntaxes in the table's order, by the letters and digits that their mnemonics begin with. */
export function syntaxesByKey(): ReadonlyMap<string, readonly Syntax[]> {
  byKey ??= groupByKey();
  return byKey;
}
