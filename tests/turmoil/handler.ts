/**
 * The vector table of a guest in turmoil. Whatever happens, its handler comes to an end: it goes on behind what faulted or
 * anywhere in the code, at EL0 or EL1, and now and then changes what code and data depend on.
 */
import { program } from '../programs/program.js';
import { set } from '../programs/report.js';
import { CODE_WINDOWS, descriptorAddress, EL0_WINDOW, PAGE, RAM, TTBR0, VECTORS } from './layout.js';

/** Takes `bits` fresh bits of the generator in TPIDR_EL1, which is in X27, into a register. */
const draw = (register: string, bits: number): string => `
    mul x27, x27, x26
    add x27, x27, #1077
    ubfx ${register}, x27, #37, #${bits}`;

/** Of the generator, in X26. */
const multiplier = set('x26', 0x5851_7f2d);

/** Code for one of so many ways, a power of two, by a draw in X28: label `NAME_0` and so on. */
const ways = (name: string, count: number): string =>
  [...Array(count).keys()]
    .slice(1)
    .map((way) => `cmp x28, #${way}\n b.eq ${name}_${way}`)
    .join('\n');

const source = `
${Array.from({ length: 16 }, () => 'b handler\n .align 128').join('\n')}
handler:
    mrs x27, tpidr_el1
    ${multiplier}
    mrs x30, elr_el1
    mrs x29, esr_el1
    mrs x25, isr_el1
    cbnz x25, timer
    lsr x29, x29, #26
    cmp x29, #0x15
    b.eq service
    cmp x29, #0x24
    b.eq behind
    cmp x29, #0x25
    b.eq behind
    cmp x29, #0x07
    b.eq floating
    b anywhere

timer:
    ${draw('x28', 6)}
    msr cntv_tval_el0, x28
    ${draw('x28', 1)}
    cbz x28, anywhere
    b back

floating:
    mov x28, #0x300000
    msr cpacr_el1, x28
    isb
    b back

behind:
    add x30, x30, #4
    msr elr_el1, x30
    ${draw('x28', 2)}
    cbz x28, anywhere
    b back

service:
    ${draw('x28', 3)}
    ${ways('service', 8)}
    b anywhere
service_1:
    ${set('x28', Number(TTBR0[0] & 0xffff_ffffn))}
    movk x28, #1, lsl #48
    msr ttbr0_el1, x28
    isb
    b back
service_2:
    ${set('x28', Number(TTBR0[1] & 0xffff_ffffn))}
    movk x28, #2, lsl #48
    msr ttbr0_el1, x28
    isb
    b back
service_3:
    mrs x28, sctlr_el1
    eor x28, x28, #2
    msr sctlr_el1, x28
    isb
    b back
service_4:
    msr cpacr_el1, xzr
    isb
    b back
service_5:
    // The descriptor of one code page becomes that of another, in the first set of tables.
    ${draw('x28', 2)}
    ${draw('x29', 2)}
    ${draw('x25', 2)}
    ${set('x26', descriptorAddress(0, 0, 0))}
    add x26, x26, x25, lsl #7
    ldr x28, [x26, x28, lsl #3]
    str x28, [x26, x29, lsl #3]
    dsb ish
    tlbi vmalle1is
    dsb ish
    isb
    b back
service_6:
    ic ialluis
    dsb ish
    isb
    b back
service_7:
    mrs x28, cntv_ctl_el0
    eor x28, x28, #2
    msr cntv_ctl_el0, x28
    b back

anywhere:
    // X28 is the window, X29 the place in it.
    ${draw('x28', 3)}
    ${draw('x29', 12)}
    ${set('x25', EL0_WINDOW)}
    mov x30, #0
    cmp x28, #3
    b.lt chosen
    mov x30, #5
    ${set('x25', CODE_WINDOWS[0])}
    cmp x28, #5
    b.lt chosen
    ${set('x25', CODE_WINDOWS[1])}
    cmp x28, #7
    b.lt chosen
    ${set('x25', CODE_WINDOWS[3])}
chosen:
    ${draw('x28', 4)}
    bfi x30, x28, #28, #4
    ${draw('x28', 4)}
    cmp x28, #1
    cset x28, eq
    bfi x30, x28, #7, #1
    msr spsr_el1, x30
    add x30, x25, x29, lsl #2
    msr elr_el1, x30

back:
    // What code takes for granted: SP, pointers to data, to its window and into code, a small index.
    ${multiplier}
    ${draw('x28', 16)}
    ${set('x20', RAM + 0x80 * PAGE)}
    add x21, x20, x28
    ${draw('x28', 13)}
    add x20, x20, x28, lsl #3
    add x22, x21, #0x1f8
    and x22, x22, #0xfffffffffffffff8
    and x23, x20, #0xfffffffffffffff0
    msr sp_el0, x23
    mov sp, x23
    mov x19, #24
    mrs x26, elr_el1
    and x26, x26, #0xfffffffffffff000
    ${set('x25', CODE_WINDOWS[0])}
    ${set('x24', EL0_WINDOW)}
    tst x27, #0x100000000
    csel x24, x24, x25, eq
    ubfx x25, x27, #40, #12
    add x24, x24, x25, lsl #2
    msr tpidr_el1, x27
    mov x25, #7
    eret
`;

export const handler = program(source, VECTORS);
