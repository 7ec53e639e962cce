import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterAll, expect, it } from 'vitest';
import { valueCircles } from '../scripts/lint/value-circles.js';

const folder = mkdtempSync(join(tmpdir(), 'firstlight-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files: Readonly<Record<string, string>> = {
  'src/base.ts': "import type { Kind } from './kind.js';\nexport class Base { kind?: Kind }\n",
  'src/kind.ts': "import { Base } from './base.js';\nexport class Kind extends Base {}\n",
  'src/first.ts': "export * from './second.js';\n",
  'src/second.ts':
    "import { type Base } from './base.js';\nimport { third } from './third.js';\nexport { third, type Base };\n",
  'src/third.ts': "import './first.js';\nexport const third = 3;\n",
};

function messages(file: string): string[] {
  const linter = new Linter({ cwd: folder });
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { own: { rules: { circles: valueCircles } } },
    rules: { 'own/circles': 'error' as const },
  };
  return linter.verify(files[file], [config], join(folder, file)).map(({ message }) => message);
}

it('modules that import values in a circle are refused, types may go anywhere', () => {
  mkdirSync(join(folder, 'src'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  expect(messages('src/base.ts')).toEqual([]);
  expect(messages('src/kind.ts')).toEqual([]);
  expect(messages('src/first.ts')).toEqual([
    'A circle of imported values: first.ts -> second.ts -> third.ts -> first.ts.',
  ]);
  expect(messages('src/second.ts')).toEqual([
    'A circle of imported values: second.ts -> third.ts -> first.ts -> second.ts.',
  ]);
});
