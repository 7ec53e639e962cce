/** ICMP: answers to pings, and errors. RFC 792; RFC 1122, 3.2.2. */
import { addWords, checksumOf } from './checksum.js';
import { contentOf, CONTENT, ipv4Frame, PROTOCOL, type Ipv4Packet } from './ipv4.js';
import { put16 } from './packet.js';

export const ICMP = { ECHO_REPLY: 0, UNREACHABLE: 3, ECHO: 8, TIME_EXCEEDED: 11 } as const;
export const UNREACHABLE = { NET: 0, HOST: 1, PORT: 3 } as const;
const HEADER = 8;
/** Of what this host says by itself; as libslirp. */
export const ICMP_TIME_TO_LIVE = 255;
/** Types of messages that an error may be sent about; of others they may be errors themselves. */
const questions: readonly number[] = [ICMP.ECHO_REPLY, ICMP.ECHO, 9, 10, 13, 14, 15, 16, 17, 18];
const MULTICAST = 0xe000_0000;
/** Of the packet that an error is about, so that the error has at most 576 bytes. */
const MOST_QUOTED = 576 - 28;

/** What answers an echo request; undefined for anything else, or if it is damaged. */
export function echoReply(packet: Ipv4Packet): Uint8Array | undefined {
  const content = contentOf(packet);
  if (content.length < HEADER || content[0] !== ICMP.ECHO) return undefined;
  if (checksumOf(addWords(content, 0, content.length)) !== 0) return undefined;
  const reply = content.slice();
  reply[0] = ICMP.ECHO_REPLY;
  put16(reply, 2, 0);
  put16(reply, 2, checksumOf(addWords(reply, 0, reply.length)));
  return reply;
}

/** An error about a packet, from `source`; undefined where none may be sent. */
export function icmpError(
  about: Ipv4Packet,
  type: number,
  code: number,
  source: number,
  identification: number,
): Uint8Array | undefined {
  const isOfMany = about.source >= MULTICAST || about.destination >= MULTICAST;
  if (about.offset !== 0 || (about.source & 0x0fff_ffff) === 0 || isOfMany) return undefined;
  const content = contentOf(about);
  if (about.protocol === PROTOCOL.ICMP && !questions.includes(content[0])) return undefined;
  const quoted = about.bytes.subarray(0, MOST_QUOTED);
  const header = { protocol: PROTOCOL.ICMP, source, destination: about.source, identification };
  const typeOfService = (about.typeOfService & 0x1e) | 0xc0;
  const frame = ipv4Frame(
    { ...header, typeOfService, timeToLive: ICMP_TIME_TO_LIVE },
    HEADER + quoted.length,
  );
  frame[CONTENT] = type;
  frame[CONTENT + 1] = code;
  frame.set(quoted, CONTENT + HEADER);
  put16(frame, CONTENT + 2, checksumOf(addWords(frame, CONTENT, frame.length)));
  return frame;
}
