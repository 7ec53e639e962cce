import { expect, it } from 'vitest';
import { syscallNumber } from '../abi/numbers.js';
import { handlers } from './table.js';

it('has a handler for each kernel entry of the ABI, and no other', () => {
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(syscallNumber).sort());
});
