// Board raspi3b for the programs beside this: its registers, and a console.
#pragma once
typedef unsigned u32;
typedef unsigned long u64;

#define REGISTER(address) (*(volatile u32 *)(u64)(address))
#define WRITE_SYSTEM(name, value) asm volatile("msr " #name ", %0\n isb" ::"r"((u64)(value)) : "memory")

// Offsets: BCM2835 ARM Peripherals; BCM2836 ARM-local peripherals (QA7).
#define TIMER(n) REGISTER(0x3f003000 + 4 * (n))
#define INTERRUPTS(n) REGISTER(0x3f00b200 + 4 * (n))
#define UART(offset) REGISTER(0x3f201000 + (offset))
#define AUX(offset) REGISTER(0x3f215000 + (offset))
#define LOCAL(offset) REGISTER(0x40000000 + (offset))

enum { TIMER_STATUS, TIMER_LOW, TIMER_COMPARE = 3 };
enum { FIQ_CONTROL = 3, ENABLE_1, ENABLE_2, DISABLE_1 = 7, DISABLE_2 };
enum { LOCAL_TIMER = 0x34, LOCAL_TIMER_CLEAR = 0x38, TIMER_CONTROL = 0x40, MAILBOX_CONTROL = 0x50 };
enum { IRQ_SOURCE = 0x60, FIQ_SOURCE = 0x70, MAILBOX_SET = 0x80, MAILBOX_CLEAR = 0xc0 };

static inline void print(const char *text) {
  while (*text) UART(0) = *text++;
}
static inline void print_number(u32 value) {
  for (int shift = 28; shift >= 0; shift -= 4) UART(0) = "0123456789abcdef"[(value >> shift) & 15];
  print(" ");
}
static inline u32 this_core(void) {
  u64 mpidr;
  asm volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
  return mpidr & 3;
}

// 1: IRQ; 2: FIQ; 0: anything else.
void interrupted(u32 kind);
