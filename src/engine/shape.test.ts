import { describe, expect, it } from 'vitest';
import {
  bytes,
  count,
  flag,
  integer,
  listOf,
  listOfExactly,
  nothing,
  nullOr,
  oneOf,
  record,
  tuple,
  word,
  type Shape,
} from './shape.js';

const point = record({ x: integer(0, 9), name: oneOf('a', 'b') });

describe('a shape', () => {
  it.each<[Shape<unknown>, unknown]>([
    [flag, false],
    [nothing, null],
    [integer(-1, 1), -1],
    [count, 2 ** 53 - 1],
    [word, -(2 ** 31)],
    [word, 2 ** 32 - 1],
    [bytes(2), Uint8Array.of(1, 2)],
    [nullOr(flag), null],
    [listOf(flag, 2), [true, false]],
    [listOfExactly(2, count), [1, 2]],
    [tuple<[boolean, number]>(flag, count), [true, 1]],
    [point, { name: 'b', x: 9 }],
    [point.where('x is even', ({ x }) => x % 2 === 0), { name: 'a', x: 2 }],
  ])('%# takes what it describes', (shape, value) => {
    expect(() => shape.check(value, 'it')).not.toThrow();
  });

  it.each<[Shape<unknown>, unknown, string]>([
    [flag, 0, 'it: expected true or false'],
    [nothing, undefined, 'it: expected null'],
    [integer(0, 9), 10, 'it: expected a whole number from 0 to 9'],
    [integer(0, 9), 1.5, 'it: expected a whole number from 0 to 9'],
    [integer(0, 9), '1', 'it: expected a whole number from 0 to 9'],
    [count, NaN, 'it: expected a whole number from 0 to 9007199254740991'],
    [oneOf('a', 'b'), 'toString', 'it: expected one of a, b'],
    [bytes(2), [1, 2], 'it: expected 2 bytes'],
    [bytes(2), new Uint8Array(3), 'it: expected 2 bytes'],
    [nullOr(flag), undefined, 'it: expected true or false'],
    [listOf(flag, 2), [true, true, true], 'it: expected a list of at most 2'],
    [listOf(flag), [true, 1], 'it[1]: expected true or false'],
    [listOfExactly(2, count), [1], 'it: expected 2 values'],
    [point, { x: 1 }, 'it.name: missing'],
    [point, { x: 1, name: 'a', y: 1 }, 'it.y: not expected'],
    [point, JSON.parse('{"x":1,"name":"a","__proto__":1}'), 'it.__proto__: not expected'],
    [point, [], 'it: expected a record'],
    [point.where('x is even', ({ x }) => x % 2 === 0), { name: 'a', x: 1 }, 'it: expected x is even'],
  ])('%# refuses all else, in a line', (shape, value, message) => {
    expect(() => shape.check(value, 'it')).toThrow(message);
  });

  it('says all of itself', () => {
    expect(record({ a: listOf(point), b: nullOr(bytes(4)) }).text).toBe(
      '{a: a list of ({x: a whole number from 0 to 9; name: one of a, b}); b: null or 4 bytes}',
    );
  });
});
