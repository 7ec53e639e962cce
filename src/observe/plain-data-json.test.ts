import { expect, it } from 'vitest';
import { fromJson, toJson } from './plain-data-json.js';

it.each([0, -0, 1.5, -1e300, 5e-324, 2 ** 53, NaN, Infinity, -Infinity])(
  '%d comes back as it was',
  (number) => {
    expect(Object.is(fromJson(toJson(number)), number)).toBe(true);
  },
);

it('bytes, text and nothing come back as they were', () => {
  const data = { none: null, text: '\ud800\u0000"', list: [[], {}, true], bytes: Uint8Array.of(0, 255) };
  expect(fromJson(toJson(data))).toEqual(data);
});

it.each([
  ['no JSON', '{'],
  ['bytes that are not base64', '{"$bytes":"!!!"}'],
  ['lists without end', '['.repeat(1e5) + ']'.repeat(1e5)],
  ['more values than memory has room for', `[${'[],'.repeat(2 ** 24)}[]]`],
])('%s is a SyntaxError', (_what, text) => {
  expect(() => fromJson(text)).toThrow(SyntaxError);
});
