// Carries out a list of device accesses, each on the core that it names, and writes down what came of it.
// Entered on core 0 at EL1 or EL2, or on all cores at EL3, with the MMU off; powers the machine off when done.
// At EL3, addresses with bit 38 set are those of Non-secure accesses.
// The header and records are those of conformance/devices/qemu.ts, which says where RAM begins, and whether the board is
// a Raspberry Pi, whose cores come by a spin table, and which its watchdog switches off, or one with PSCI.

#define HEADER          (RAM + 0x400000)
#define HEADER_NEXT     0
#define HEADER_COUNT    8
#define HEADER_CORES    16
#define OPERATIONS      (RAM + 0x1000000)
#define RESULTS         (RAM + 0x5000000)

#define CPU_ON          0xc4000003
#define SYSTEM_OFF      0x84000008

#define SPIN_TABLE      0xd8
#define PM_RSTC         0x3f10001c
#define PM_RSTS         0x3f100020
#define PM_PASSWORD     0x5a000000
#define RSTS_HALT       0x555
#define RSTC_RESET      0x20

    .macro psci
    mrs     x9, CurrentEL
    cmp     x9, #8
    b.eq    1f
    hvc     #0
    b       2f
1:  smc     #0
2:
    .endm

#define SECURE_GPIO     0x090b0000
#define GPIODIR         0x400
#define POWEROFF        1               // pin 0; in the address of GPIODATA from bit 2 on

// Of the tables at EL3: 39 bits of address, blocks of 1 GiB, RAM as Normal memory and all else as Device memory.
#define TCR             0x80803519      // 40 bits of physical address, Inner Shareable, Write-Back
#define MAIR            0xff00
#define DEVICE          0x401           // AF; attribute 0
#define NORMAL          0x705           // AF, Inner Shareable; attribute 1
#define NON_SECURE      0x20
#define SCTLR           0x30c50831      // M, and what is reserved

    .text
    .globl  _start
_start:
    mrs     x9, CurrentEL
    cmp     x9, #12
    b.eq    core_entry
    ldr     x19, =HEADER
    ldr     x20, [x19, #HEADER_CORES]
    mov     x21, #1
start_next:
    cmp     x21, x20
    b.hs    core_entry
#ifdef RASPBERRY_PI
    mov     x0, #SPIN_TABLE
    adr     x1, core_entry
    str     x1, [x0, x21, lsl #3]
    dsb     sy
    sev
#else
    ldr     x0, =CPU_ON
    mov     x1, x21
    adr     x2, core_entry
    mov     x3, #0
    psci
#endif
    add     x21, x21, #1
    b       start_next

core_entry:
    adr     x0, vectors
    mrs     x9, CurrentEL
    cmp     x9, #8
    b.hi    3f
    b.eq    1f
    msr     vbar_el1, x0
    b       2f
3:  msr     vbar_el3, x0
    msr     cntps_cval_el1, xzr
    adrp    x0, tables
    msr     ttbr0_el3, x0
    ldr     x0, =TCR
    msr     tcr_el3, x0
    mov     x0, #MAIR
    msr     mair_el3, x0
    isb
    ldr     x0, =SCTLR
    msr     sctlr_el3, x0
    b       2f
1:  msr     vbar_el2, x0
    mov     x0, #(1 << 31)              // HCR_EL2.RW
    msr     hcr_el2, x0
    msr     cnthp_cval_el2, xzr
2:  msr     cntv_cval_el0, xzr
    msr     cntp_cval_el0, xzr
    isb
    mrs     x27, mpidr_el1
    and     x27, x27, #0xff
    ldr     x19, =HEADER
    ldr     x20, [x19, #HEADER_COUNT]
    ldr     x21, =OPERATIONS
    ldr     x22, =RESULTS

turn:
    ldar    x23, [x19]                  // HEADER_NEXT
    cmp     x23, x20
    b.hs    finished
    add     x24, x21, x23, lsl #5       // struct { u32 kind, core; u64 address, value, reserved; }
    ldp     w1, w2, [x24]
    cmp     w2, w27
    b.ne    wait
    ldp     x3, x4, [x24, #8]
    mov     x5, #0                      // result
    mov     x6, #0                      // status: 0, or ESR if it aborted
    adr     x7, table
    add     x7, x7, x1, lsl #3
    br      x7
table:
    ldrb    w5, [x3]
    b       done
    ldrh    w5, [x3]
    b       done
    ldr     w5, [x3]
    b       done
    ldr     x5, [x3]
    b       done
    strb    w4, [x3]
    b       done
    strh    w4, [x3]
    b       done
    str     w4, [x3]
    b       done
    str     x4, [x3]
    b       done
    mrs     x5, isr_el1
    b       done
    msr     cntv_ctl_el0, x4
    b       done
    msr     cntp_ctl_el0, x4
    b       done
    msr     cnthp_ctl_el2, x4
    b       done
    b       firmware
    b       done
    msr     cntps_ctl_el1, x4
    b       done
done:
    isb
    add     x25, x22, x23, lsl #4
    stp     x5, x6, [x25]
    add     x23, x23, #1
    stlr    x23, [x19]
    b       turn
wait:
    yield
    b       turn

firmware:                               // X0 is the value, X1 the address; X2 and X3 are 0
    mov     x0, x4
    mov     x1, x3
    mov     x2, #0
    mov     x3, #0
    psci
    mov     x5, x0
    b       done

finished:
    cbnz    w27, park
#ifdef RASPBERRY_PI
    ldr     x0, =PM_RSTS
    ldr     w1, =(PM_PASSWORD | RSTS_HALT)
    str     w1, [x0]
    ldr     x0, =PM_RSTC
    ldr     w1, =(PM_PASSWORD | RSTC_RESET)
    str     w1, [x0]
#else
    mrs     x9, CurrentEL
    cmp     x9, #12
    b.eq    power_off_securely
    ldr     x0, =SYSTEM_OFF
    psci
power_off_securely:
    ldr     x0, =SECURE_GPIO
    mov     w1, #POWEROFF
    str     w1, [x0, #GPIODIR]
    str     w1, [x0, #(POWEROFF << 2)]
#endif
park:
    wfi
    b       park

    .balign 0x800
vectors:
    .balign 0x80
    b       abort                       // synchronous, SP0
    .balign 0x80
    b       park
    .balign 0x80
    b       park
    .balign 0x80
    b       park
    .balign 0x80
    b       abort                       // synchronous, SPx
    .balign 0x80
    b       park
    .balign 0x80
    b       park
    .balign 0x80
    b       park

abort:
    mrs     x9, CurrentEL
    adr     x8, done
    cmp     x9, #8
    b.hi    3f
    b.eq    2f
    mrs     x6, esr_el1
    msr     elr_el1, x8
    eret
2:  mrs     x6, esr_el2
    msr     elr_el2, x8
    eret
3:  mrs     x6, esr_el3
    msr     elr_el3, x8
    eret

    .balign 0x1000
tables:                                 // of 1 GiB each: 256 of the Secure address space, the same of the other one
    .quad   DEVICE, 0x40000000 | NORMAL
    .set    gib, 2
    .rept   254
    .quad   (gib << 30) | DEVICE
    .set    gib, gib + 1
    .endr
    .set    gib, 0
    .rept   256
    .quad   (gib << 30) | DEVICE | NON_SECURE
    .set    gib, gib + 1
    .endr
