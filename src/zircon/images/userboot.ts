// Built by `npm run guest` from guest/; do not edit.

import type { UserbootImage } from './image.js';

// prettier-ignore
export const userboot: UserbootImage = {
  soname: 'libuserboot.so',
  buildId: 'fc2a48da6990e119f85c0bd80c1c6b84e2fdada8',
  codeStart: 0x2000,
  codeEnd: 0x6000,
  entry: 0x52c0,
  entrySize: 0x150,
};
