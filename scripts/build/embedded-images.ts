/**
 * The images of src/zircon/images in what is built. In a checkout `embedded.ts` reads them as files; a bundle has a
 * module in its place that has them as base64, so that Node and browsers take them alike: `images.js`, a file of
 * its own, since it is a third of the package.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'src/zircon/images');

/** Where a bundle has the images. */
export type ImageSource =
  /** In itself. */
  | 'inline'
  /** In `images.js` beside it, which it imports. */
  | 'beside';

/** By their names, in base64. */
function images(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { images: object };
  return Object.fromEntries(
    Object.keys(manifest.images).map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );
}

/** The text of `images.js`: what is between the braces is JSON, too, and bin/firstlight reads it as that. */
export const imagesModule = (): string =>
  `// The images that the Zircon kernel carries, in base64.\nexport const images = ${JSON.stringify(images())};\n`;

const sources: Readonly<Record<ImageSource, () => string>> = {
  inline: () => imagesModule().replace('export ', ''),
  beside: () => `import { images } from './images.js';`,
};

export function embeddedImages(source: ImageSource): Plugin {
  return {
    name: 'embedded images',
    setup(build) {
      build.onResolve({ filter: /^\.\/images\.js$/ }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /\/zircon\/images\/embedded\.ts$/ }, () => ({
        loader: 'ts',
        resolveDir: folder,
        contents: `
          ${sources[source]()}
          import { decodeBase64 } from './image.js';
          export const imageBytes = (name: string): Uint8Array => decodeBase64(images[name]);`,
      }));
    },
  };
}
