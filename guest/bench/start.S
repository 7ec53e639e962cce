// Start and end of the benchmarks. Entered on one core at EL1 with the MMU off; maps the gigabyte of RAM onto
// itself as Normal, write-back memory, switches caches, FP and SIMD on, calls `benchmark` with X0 = ITERATIONS, and
// powers the machine off.

#define BLOCK           0x1             // a 1 GiB block at level 1 (Arm ARM D5.3.1)
#define INNER_SHAREABLE (3 << 8)
#define ACCESS_FLAG     (1 << 10)
#define RAM             0x40000000

#define WRITE_BACK      0xff            // MAIR_EL1, attribute 0
#define T0SZ            25              // 39-bit addresses: translation begins at level 1
#define WALK_CACHEABLE  (1 << 8 | 1 << 10 | 3 << 12)
#define EPD1            (1 << 23)
#define IPS_40          (2 << 32)
#define MMU_CACHES      (1 << 0 | 1 << 2 | 1 << 12)

#define SYSTEM_OFF      0x84000008

    .text
    .globl  _start
_start:
    adr     x0, table
    ldr     x1, =(RAM | BLOCK | INNER_SHAREABLE | ACCESS_FLAG)
    str     x1, [x0, #8]
    msr     TTBR0_EL1, x0
    mov     x1, #WRITE_BACK
    msr     MAIR_EL1, x1
    ldr     x1, =(T0SZ | WALK_CACHEABLE | EPD1 | IPS_40)
    msr     TCR_EL1, x1
    mov     x1, #(3 << 20)
    msr     CPACR_EL1, x1
    dsb     sy
    isb
    mrs     x1, SCTLR_EL1
    ldr     x2, =MMU_CACHES
    orr     x1, x1, x2
    msr     SCTLR_EL1, x1
    isb

    ldr     x0, =ITERATIONS
    bl      benchmark

    ldr     x0, =SYSTEM_OFF
    hvc     #0
    b       .

    .ltorg
    .balign 4096
table:
    .fill   512, 8, 0
