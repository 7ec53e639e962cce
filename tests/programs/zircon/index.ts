// Built by `npm run guest` from guest/; do not edit.

import { linkerProbe } from './linker-probe.js';
import { vdsoProbe } from './vdso-probe.js';
import { probed } from './probed.js';
import { glutton } from './glutton.js';
import { inspector } from './inspector.js';
import { crasher } from './crasher.js';
import { reader } from './reader.js';
import { namespaceClient } from './namespace-client.js';
import { mexec } from './mexec.js';

/** The programs in base64, by their paths in BOOTFS. */
// prettier-ignore
export const programs: Readonly<Record<string, string>> = {
  'linker-probe': linkerProbe,
  'vdso-probe': vdsoProbe,
  'probed': probed,
  'glutton': glutton,
  'inspector': inspector,
  'crasher': crasher,
  'reader': reader,
  'namespace-client': namespaceClient,
  'mexec': mexec,
};
