// Built by `npm run guest` from guest/; do not edit.

import { binHello } from './bin-hello.js';
import { libLdSo1 } from './lib-ld-so-1.js';
import { libLibgreetingSo } from './lib-libgreeting-so.js';
import { binHelloDynamic } from './bin-hello-dynamic.js';
import { binComponentManager } from './bin-component-manager.js';
import { binSh } from './bin-sh.js';
import { libLibfirstSo } from './lib-libfirst-so.js';
import { libLibsecondSo } from './lib-libsecond-so.js';
import { binCoreTests } from './bin-core-tests.js';

/** The programs in base64, by their paths in BOOTFS. */
// prettier-ignore
export const programs: Readonly<Record<string, string>> = {
  'bin/hello': binHello,
  'lib/ld.so.1': libLdSo1,
  'lib/libgreeting.so': libLibgreetingSo,
  'bin/hello-dynamic': binHelloDynamic,
  'bin/component_manager': binComponentManager,
  'bin/sh': binSh,
  'lib/libfirst.so': libLibfirstSo,
  'lib/libsecond.so': libLibsecondSo,
  'bin/core-tests': binCoreTests,
};
