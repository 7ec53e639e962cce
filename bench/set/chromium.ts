/** The set in headless Chromium, by the library that the package has for browsers. */
import { build } from 'esbuild';
import { chromium, type Route } from 'playwright-core';
import { fixtures } from '../processes.js';
import { APPEND, type SetMachine } from './machines.js';
import type { PageLine } from './page.js';

export const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
/** A name that browsers take for a secure context; nobody listens there. */
const ORIGIN = 'http://localhost';

/** page.ts as a script, which imports the library from where the page's own server has it. */
async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['bench/set/page.ts'],
    bundle: true,
    external: ['../../src/index.js'],
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

export const inChromium: SetMachine = {
  name: 'Chromium',
  run: async (initramfs, hear) => {
    const script = await pageScript();
    const files: Readonly<Record<string, Parameters<Route['fulfill']>[0]>> = {
      '/': {
        contentType: 'text/html',
        body: '<!doctype html><script type="module" src="/page.js"></script>',
      },
      '/page.js': { contentType: 'text/javascript', body: script },
      '/src/index.js': { contentType: 'text/javascript', path: 'dist/index.js' },
      '/src/shared.js': { contentType: 'text/javascript', path: 'dist/shared.js' },
      '/src/images.js': { contentType: 'text/javascript', path: 'dist/images.js' },
      '/kernel': { path: fixtures.kernel },
      '/initramfs': { path: initramfs },
    };
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    try {
      const page = await browser.newPage();
      await page.route(`${ORIGIN}/**`, (route) => {
        const { pathname } = new URL(route.request().url());
        return route.fulfill(pathname in files ? files[pathname] : { status: 404 });
      });
      const ended = new Promise<void>((resolve, reject) => {
        page.on('pageerror', reject);
        page.on('crash', () => reject(new Error('Chromium: the page crashed')));
        page.on('console', (message) => {
          const line = JSON.parse(message.text()) as PageLine;
          if (line === 'ended') resolve();
          else hear(line.text, line.at);
        });
      });
      await Promise.all([page.goto(`${ORIGIN}/?append=${encodeURIComponent(APPEND)}`), ended]);
    } finally {
      await browser.close();
    }
  },
};
