/**
 * What keys are on the bus, "HID Usage Tables" 1.12, chapter 10, by their scan codes: of set 1, those behind 0xe0 in the
 * second half. 0xe8 and 0xe9 stand for the codes that only introduce others, 0xe0 and 0xe1; 00 for what is no key.
 */
const rows = [
  '00 29 1e 1f 20 21 22 23 24 25 26 27 2d 2e 2a 2b',
  '14 1a 08 15 17 1c 18 0c 12 13 2f 30 28 e0 04 16',
  '07 09 0a 0b 0d 0e 0f 33 34 35 e1 31 1d 1b 06 19',
  '05 11 10 36 37 38 e5 55 e2 2c 39 3a 3b 3c 3d 3e',
  '3f 40 41 42 43 53 47 5f 60 61 56 5c 5d 5e 57 59',
  '5a 5b 62 63 46 00 64 44 45 68 69 6a 6b 6c 6d 6e',
  'e8 e9 71 72 73 00 00 00 00 00 00 85 00 00 00 00',
  '88 00 00 87 00 00 00 00 00 8a 00 8b 00 89 e7 65',
  '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
  '00 00 00 00 00 00 00 00 00 00 00 00 58 e4 00 00',
  '7f 00 00 00 00 00 00 00 00 00 00 00 00 00 81 00',
  '80 00 00 00 00 54 00 46 e6 00 00 00 00 00 00 00',
  '00 00 00 00 00 48 48 4a 52 4b 00 50 00 4f 00 4d',
  '51 4e 49 4c 00 00 00 00 00 00 00 e3 e7 65 66 00',
  '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
  '00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
];

export const usages: readonly number[] = rows.flatMap((row) =>
  row.split(' ').map((each) => parseInt(each, 16)),
);
