// Built by `npm run guest` from guest/; do not edit.

import type { UserbootImage } from './image.js';

// prettier-ignore
export const userboot: UserbootImage = {
  soname: 'libuserboot.so',
  buildId: '30cec0c01089229495bcf86cf1d70b46e93e7e2e',
  codeStart: 0x2000,
  codeEnd: 0x6000,
  entry: 0x52d4,
  entrySize: 0x150,
};
