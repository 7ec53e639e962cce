/**
 * A program for board raspi3b that writes to the SD card, block after block and round again, and says each number on
 * the console as soon as the card is through with it.
 */
import { program } from './program.js';
import { set } from './report.js';

/** Where a raw kernel is loaded. */
const ENTRY = 0x8_0000;

const command = (index: number, argument: string): string => `
    ${argument}
    str w1, [x19, #4]
    movz w2, #0x${(0x8000 | index).toString(16)}
    str w2, [x19]`;

// Flags of SDHOST's command register.
const NO_RESPONSE = 0x400;
const LONG = 0x200;
const BUSY = 0x800;
const WRITE = 0x80;

/**
 * The program's bytes. Block `i` is filled with the word `i`, at `i` modulo `blocks` (a power of two); a line is `i`
 * with eight hexadecimal digits. After `count` blocks it waits for ever.
 */
export const sdWriter = (blocks: number, count: number): Uint8Array =>
  program(
    `
    ${set('x19', 0x3f20_2000)}
    ${set('x20', 0x3f20_1000)}
    ${set('x3', 0x3f20_0000)}
    ${set('w1', 0o44_0000_0000)}
    str w1, [x3, #0x10]           // GPFSEL4, 5: the card is SDHOST's
    movz w1, #0x924
    str w1, [x3, #0x14]
    ${command(NO_RESPONSE, 'mov w1, #0')}
    ${command(8, 'movz w1, #0x1aa')}
    ${command(55, 'mov w1, #0')}
    ${command(41, set('w1', 0x40ff_8000))}
    ${command(LONG | 2, 'mov w1, #0')}
    ${command(3, 'mov w1, #0')}
    ${command(BUSY | 7, 'movz w1, #0x4567, lsl #16')}
    mov w21, #0
  next:
    mov w1, #512
    str w1, [x19, #0x3c]
    mov w1, #1
    str w1, [x19, #0x50]
    ${command(WRITE | 24, `and w1, w21, #0x${(blocks - 1).toString(16)}\n    lsl w1, w1, #9`)}
    mov w3, #128
  fill:
    str w21, [x19, #0x40]
    subs w3, w3, #1
    b.ne fill
    ${command(13, 'movz w1, #0x4567, lsl #16')}
    mov w4, #28
  digit:
    lsr w5, w21, w4
    and w5, w5, #0xf
    add w5, w5, #0x30
    cmp w5, #0x3a
    b.lo say
    add w5, w5, #39
  say:
    str w5, [x20]
    subs w4, w4, #4
    b.pl digit
    mov w5, #10
    str w5, [x20]
    add w21, w21, #1
    ${set('w6', count)}
    cmp w21, w6
    b.ne next
  wait:
    wfi
    b wait`,
    ENTRY,
  );
