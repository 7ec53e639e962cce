import { describe, expect, it } from 'vitest';
import { framed, PACKET_SIZE, PacketReader } from './framing.js';
import { bytesOf, textOf } from './hex.js';

/** What a reader makes of some bytes. */
function read(text: string): string[] {
  const heard: string[] = [];
  const reader = new PacketReader({
    packet: (bytes) => heard.push(`packet ${textOf(bytes)}`),
    broken: () => heard.push('broken'),
    acknowledged: (isRight) => heard.push(isRight ? '+' : '-'),
    interrupt: () => heard.push('interrupt'),
  });
  for (const byte of bytesOf(text)) reader.take(byte);
  return heard;
}

describe('packets', () => {
  it.each([
    // Checksums as in GDB's manual, and as gdb 13 sends them.
    ['$?#3f', ['packet ?']],
    ['+$qC#b4', ['+', 'packet qC']],
    ['$vMustReplyEmpty#3A', ['packet vMustReplyEmpty']],
    ['-\x03$g#67', ['-', 'interrupt', 'packet g']],
    ['$g#66$g#67', ['broken', 'packet g']],
    ['$g#zz', ['broken']],
    ['garbage$qC$?#3f', ['packet ?']],
    // Escaped: # $ } and *.
    ['$X0,4:}\x03}\x04}]}\x0a#84', ['packet X0,4:#$}*']],
  ])('%j are %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('are framed as they are read, whatever is in them', () => {
    const text = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
    expect(read(textOf(framed(text)))).toEqual([`packet ${text}`]);
    expect(textOf(framed('OK'))).toBe('$OK#9a');
  });

  it('that are too long are broken, and do not hinder the next', () => {
    const sum = (PACKET_SIZE + 1) * 0x61;
    const long = `$${'a'.repeat(PACKET_SIZE + 1)}#${(sum & 0xff).toString(16).padStart(2, '0')}`;
    expect(read(`${long}$?#3f`)).toEqual(['broken', 'packet ?']);
  });
});
