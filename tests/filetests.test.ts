/** What is written in `filetests/cases` holds, on whatever executes it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Evaluator } from '../src/engine/index.js';
import { Interpreter } from '../src/engine/interpreter/interpreter.js';
import { Filetest, filetestCluster } from './filetests/filetest.js';
import { eager } from './lockstep/eager.js';

const folder = new URL('filetests/cases/', import.meta.url);
const interpreter = filetestCluster((host) => new Interpreter(host));
const others = {
  evaluator: filetestCluster((host) => new Evaluator(host)),
  'translator, regions of 1': filetestCluster(eager(1)),
  'translator, regions of 3': filetestCluster(eager(3)),
  translator: filetestCluster(eager()),
};

describe('a filetest', () => {
  it.each(readdirSync(folder))('%s says what happens', async (name) => {
    const file = new URL(name, folder);
    const filetest = new Filetest(readFileSync(file, 'utf8'));
    const text = filetest.text(interpreter);
    for (const [executor, cluster] of Object.entries(others))
      expect(filetest.text(cluster), executor).toBe(text);
    await expect(text).toMatchFileSnapshot(file.pathname);
  });
});
