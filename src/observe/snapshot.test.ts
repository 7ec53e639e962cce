import { expect, it } from 'vitest';
import { Machine } from '../machine/index.js';
import { fingerprint } from './snapshot.js';
import { SNAPSHOT_VERSION } from './snapshot-file.js';

/** Of this version, and of this machine: state of another shape is state of another version. */
const VERSION = 17;
const FINGERPRINT = '7cafb1d1';

it('has a version of its own for each shape of the state', () => {
  const { length } = fingerprint(new Machine({ cores: 2, ramSize: 2 ** 20 }));
  expect(length).toBe(8);
  expect(
    [SNAPSHOT_VERSION, fingerprint(new Machine({ cores: 2, ramSize: 2 ** 20 }))],
    'count SNAPSHOT_VERSION up in snapshot-file.ts, then write both here',
  ).toEqual([VERSION, FINGERPRINT]);
});
