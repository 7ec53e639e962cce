// Built by `npm run guest` from guest/; do not edit.

import type { UserbootImage } from './image.js';

// prettier-ignore
export const userboot: UserbootImage = {
  soname: 'libuserboot.so',
  buildId: '0bc33aa5317579e83bd2d439e98a83dedd674595',
  codeStart: 0x2000,
  codeEnd: 0x6000,
  entry: 0x5464,
  entrySize: 0x150,
};
