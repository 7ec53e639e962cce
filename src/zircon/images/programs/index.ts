// Built by `npm run guest` from guest/; do not edit.

import { binHello } from './bin-hello.js';

/** The built-in programs in base64, by their paths in BOOTFS. */
export const programs: Readonly<Record<string, string>> = {
  'bin/hello': binHello,
};
