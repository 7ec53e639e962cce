/** Node's codec and the one in JavaScript: each reads what the other has written, and they agree on what is wrong. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32, deflate, gunzip, inflate, useHostCodec } from '../images/index.js';
import { Machine } from '../machine/index.js';
import { loadSnapshot, saveSnapshot, stateHash } from '../observe/index.js';
import { useZlib } from './zlib.js';

const codecs = { ours: () => useHostCodec(undefined), "Node's": useZlib };

/** 400,000 bytes that compress to more than a host's codec is asked for. */
const content = new Uint8Array(400_000);
let seed = 1;
for (let i = 0; i < content.length; i++) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  content[i] = (i >> 12) % 3 === 0 ? 0 : seed >>> 26;
}

afterEach(codecs.ours);

describe.each(Object.entries(codecs))('%s', (_, choose) => {
  beforeEach(choose);

  it('makes streams that the other reads, with anything behind them', () => {
    const stream = deflate(content);
    for (const read of Object.values(codecs)) {
      read();
      expect(inflate(Buffer.concat([stream, Buffer.from('behind')]), content.length)).toSatisfy(
        (read) => Buffer.compare(read as Uint8Array, content) === 0,
      );
    }
  });

  it('tells a stream that is larger than asked for, damaged, or cut off', () => {
    const stream = deflate(content);
    expect(stream.length).toBeGreaterThan(0x1_0000);
    expect(inflate(stream, content.length - 1)).toBe('too large');
    expect(inflate(stream.subarray(0, -1), content.length)).toMatchObject({ reason: 'unexpected EOF' });
    expect(
      inflate(
        stream.map((byte) => ~byte),
        content.length,
      ),
    ).toMatchObject({ offset: 0 });
  });

  it('reads gzip, and says where it is damaged', () => {
    const file = new Uint8Array(gzipSync(content));
    expect(gunzip(file).length).toBe(content.length);
    expect(() => gunzip(file, 'file', 1000)).toThrow('file: expands to more than 1000 bytes');
    file[file.length - 6] ^= 1;
    expect(() => gunzip(file, 'file')).toThrow(/expected the CRC-32 of the data/);
  });

  it('has the checksum of RFC 1952', () => {
    // The trailer of gzip's own output.
    const stated = gzipSync(content).readUInt32LE(gzipSync(content).length - 8);
    expect(crc32(content)).toBe(stated);
    expect(crc32(content.subarray(100_000), crc32(content.subarray(0, 100_000)))).toBe(stated);
  });

  it('writes snapshots that the other takes', async () => {
    const machine = new Machine({ ramSize: 2 ** 22 });
    for (let at = 0; at < 2 ** 22; at += 2 ** 19) machine.writeMemory(0x4000_0000 + at, content);
    const snapshot = saveSnapshot(machine);
    for (const read of Object.values(codecs)) {
      read();
      expect(await stateHash(loadSnapshot(snapshot))).toBe(await stateHash(machine));
    }
  });
});
