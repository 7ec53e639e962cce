/** The examples of docs/library.md do what the document says, in Node and in a browser. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundles } from '../../scripts/build/bundles.js';
import { imagesModule } from '../../scripts/build/embedded-images.js';

const root = join(import.meta.dirname, '../..');
const CHROMIUM = '/usr/bin/chromium';
const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Answered by the test itself; a name that browsers take for a secure context. */
const PAGE = 'http://localhost/example';
/** The example's last line, after which the page is done. */
const DONE = 'example done';

const document = readFileSync(join(root, 'docs', 'library.md'), 'utf8');
const blocks = (language: string): string[] => {
  const found = document.matchAll(new RegExp(`\n\`\`\`${language}\n([^]*?)\n\`\`\`\n`, 'g'));
  return [...found].map(([, text]) => text);
};
/** The strictest content security policy under which the library is said to run. */
const POLICY = blocks('http')[0].replace('Content-Security-Policy: ', '');
/** Each example is followed by what it prints. */
const examples = blocks('ts').map((code, i) => ({
  name: ['a machine', 'a Zircon system', 'a recording'][i],
  code: `${code}\nconsole.log('${DONE}');\n`,
  printed: `${blocks('text')[i]}\n${DONE}`,
}));

let directory: string;
/** Started by the first who needs it. */
let browser: Browser | undefined;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'firstlight-library-'));
  const texts = await bundles();
  for (const name of ['index.js', 'shared.js']) writeFileSync(join(directory, name), texts[name]);
  writeFileSync(join(directory, 'images.js'), imagesModule());
});
afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

async function bundle(code: string, platform: 'node' | 'browser'): Promise<string> {
  writeFileSync(join(directory, 'example.ts'), code);
  const { outputFiles } = await build({
    entryPoints: [join(directory, 'example.ts')],
    alias: { firstlight: join(directory, 'index.js') },
    bundle: true,
    platform,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

/** The lines that the page logs, until the example is done or has thrown. */
async function runInChromium(script: string, policy = POLICY): Promise<string> {
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS });
  const page = await browser.newPage();
  try {
    // What docs/library.md says is enough.
    const headers = { 'content-security-policy': policy };
    await page.route(PAGE, (route) =>
      route.fulfill({
        contentType: 'text/html',
        headers,
        body: '<!doctype html><script type="module" src="/example.js"></script>',
      }),
    );
    await page.route(`${new URL(PAGE).origin}/example.js`, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: script }),
    );
    const lines: string[] = [];
    const done = new Promise<void>((resolve, reject) => {
      page.on('pageerror', reject);
      page.on('console', (message) => {
        lines.push(message.text());
        if (message.text() === DONE) resolve();
      });
    });
    await Promise.all([page.goto(PAGE), done]);
    return lines.join('\n');
  } finally {
    await page.close();
  }
}

describe.each(examples)('the example of docs/library.md: $name', ({ code, printed }) => {
  it('prints in Node what the document says', async () => {
    const file = join(directory, 'example.mjs');
    writeFileSync(file, await bundle(code, 'node'));
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8' }).trimEnd()).toBe(printed);
  });

  it('prints the same in headless Chromium, with nothing of Node', async (context) => {
    if (!existsSync(CHROMIUM)) {
      const missing = `${CHROMIUM} is missing: apt-get install chromium`;
      if (process.env.CI !== undefined) throw new Error(missing);
      context.skip(missing);
    }
    const script = await bundle(code, 'browser');
    expect(script).not.toMatch(/from ?["']node:/);
    expect(await runInChromium(script)).toBe(printed);
  });
});

describe('the content security policy of docs/library.md', () => {
  it('is needed for WebAssembly', async (context) => {
    if (!existsSync(CHROMIUM)) context.skip(`${CHROMIUM} is missing`);
    const script = await bundle(examples[0].code, 'browser');
    const less = POLICY.replace(" 'wasm-unsafe-eval'", '');
    await expect(runInChromium(script, less)).rejects.toThrow(/Content Security Policy/);
  });
});
