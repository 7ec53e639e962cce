/** The licences of what is bundled, which must go with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** Packages whose code is in the bundles. */
const bundled = ['commander', 'fflate'];

export function licences(): string {
  const texts = bundled.map((name) => {
    const text = readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8');
    return `${name}\n${'='.repeat(name.length)}\n\n${text.trim()}\n`;
  });
  return texts.join('\n\n');
}
