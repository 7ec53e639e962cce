import { describe, expect, it } from 'vitest';
import { MarkReader, type Passes } from './marks.js';

/** What a console says, a line each 100 ms. */
function read(...lines: readonly string[]): Passes {
  const reader = new MarkReader();
  lines.forEach((line, i) => reader.hear(line, 100 * i));
  return reader.finish();
}

describe('the marks of the benchmark set', () => {
  it('make passes with their times, checksums and what the programs say', () => {
    const passes = read(
      '[    0.5] random: crng init done\r',
      '@begin sort 1\r',
      'said\r',
      '@end sort 1 00000000000000ff\r',
      '@begin sort 2',
      '@end sort 2 00000000000000ff',
      '@begin crc 1',
      '@end crc 1 0123456789abcdef',
      '@done\r',
    );
    expect([...passes]).toEqual([
      [
        'sort',
        [
          { seconds: 0.2, checksum: '00000000000000ff', output: ['said'] },
          { seconds: 0.1, checksum: '00000000000000ff', output: [] },
        ],
      ],
      ['crc', [{ seconds: 0.1, checksum: '0123456789abcdef', output: [] }]],
    ]);
  });

  it('keep only so much of what a program says', () => {
    const passes = read(
      '@begin program 1',
      ...Array.from({ length: 1000 }, () => 'more'),
      '@end program 1 0000000000000000',
      '@done',
    );
    expect(passes.get('program')?.[0].output).toHaveLength(100);
  });

  it.each([
    [['@begin sort 1'], 'sort did not end pass 1'],
    [['Kernel panic'], 'ended without @done, and said last: Kernel panic'],
    [[], 'ended without @done, and said last: nothing'],
    [['@begin sort 1', '@begin sort 2'], "'@begin sort 2' begins no pass, or within another"],
    [['@begin sort'], "'@begin sort' begins no pass, or within another"],
    [['@end sort 1 0000000000000000', '@done'], "'@end sort 1 0000000000000000' ends no pass that has begun"],
    [
      ['@begin sort 1', '@end sort 2 0000000000000000'],
      "'@end sort 2 0000000000000000' ends no pass that has begun",
    ],
    [['@begin sort 1', '@end sort 1 ff'], "'@end sort 1 ff' ends no pass that has begun"],
    [['@begin sort 1', '@failed sort not in order', '@failed sort status 1', '@done'], 'sort: not in order'],
    [['@failed sort signal 11', '@done'], 'sort: signal 11'],
  ])('%j are no measurement', (lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });
});
