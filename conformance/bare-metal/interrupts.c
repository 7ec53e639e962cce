// Every source of interrupts that a program can set off by itself, as IRQ and as FIQ: what the controllers say of it.
#include "board.h"

static volatile u32 taken;

void interrupted(u32 kind) {
  print(kind == 1 ? "IRQ " : kind == 2 ? "FIQ " : "exception ");
  print_number(LOCAL(IRQ_SOURCE));
  print_number(LOCAL(FIQ_SOURCE));
  for (int i = 0; i < 3; i++) print_number(INTERRUPTS(i));
  print_number(TIMER(TIMER_STATUS));
  print_number(UART(0x40));
  print_number(AUX(0));
  // Whatever it was, it is quiet now.
  TIMER(TIMER_STATUS) = 15;
  WRITE_SYSTEM(cntp_ctl_el0, 0);
  WRITE_SYSTEM(cntv_ctl_el0, 0);
  WRITE_SYSTEM(cnthp_ctl_el2, 0);
  LOCAL(LOCAL_TIMER) = 0;
  LOCAL(LOCAL_TIMER_CLEAR) = 3u << 30;
  LOCAL(MAILBOX_CLEAR) = ~0u;
  UART(0x38) = 0;
  AUX(0x44) = 0;
  taken++;
}

static int comes_in(u32 microseconds) {
  u32 before = TIMER(TIMER_LOW);
  while (!taken && TIMER(TIMER_LOW) - before < microseconds) {}
  return taken != 0;
}
static void await(const char *name) {
  while (!taken) {}
  print(name);
  print("\n");
  taken = 0;
}
static void await_nothing(const char *name) {
  print(comes_in(20000) ? "not expected: " : "nothing: ");
  print(name);
  print("\n");
  taken = 0;
}

static void compare(int n, const char *name) {
  // Again, if a busy host let the time go by before it was set.
  do TIMER(TIMER_COMPARE + n) = TIMER(TIMER_LOW) + 2000;
  while (!comes_in(500000));
  await(name);
}
static void generic(u32 control) {
  LOCAL(TIMER_CONTROL) = control;
  WRITE_SYSTEM(cntp_tval_el0, 10000);
  WRITE_SYSTEM(cntp_ctl_el0, 1);
  await("physical timer");
  WRITE_SYSTEM(cntv_tval_el0, 10000);
  WRITE_SYSTEM(cntv_ctl_el0, 1);
  await("virtual timer");
  WRITE_SYSTEM(cnthp_tval_el2, 10000);
  WRITE_SYSTEM(cnthp_ctl_el2, 1);
  await("hypervisor timer");
}

void main(void) {
  asm volatile("msr daifclr, #3");
  INTERRUPTS(ENABLE_1) = 15;
  for (int n = 0; n < 4; n++) compare(n, "system timer");
  INTERRUPTS(FIQ_CONTROL) = 0x80 | 1;
  compare(1, "system timer, chosen for FIQ");
  INTERRUPTS(FIQ_CONTROL) = 0;
  INTERRUPTS(DISABLE_1) = 15;
  TIMER(TIMER_COMPARE + 1) = TIMER(TIMER_LOW) + 2000;
  while (!(TIMER(TIMER_STATUS) & 2)) {}
  await_nothing("system timer, disabled");
  TIMER(TIMER_STATUS) = 15;

  generic(0x0f);
  generic(0xf0);
  generic(0xff);

  for (u32 route = 0; route < 8; route++) {
    LOCAL(0x24) = route;
    LOCAL(LOCAL_TIMER) = 3u << 28 | 38400;
    if (route == 0 || route == 4) await("local timer");
    else await_nothing("local timer, for another core");
    LOCAL(LOCAL_TIMER) = 0;
    LOCAL(LOCAL_TIMER_CLEAR) = 3u << 30;
  }

  for (u32 control = 0; control < 0x100; control = control * 2 + 1) {
    LOCAL(MAILBOX_CONTROL) = control;
    LOCAL(MAILBOX_SET) = 7;
    if (control == 0) await_nothing("mailbox");
    else await("mailbox");
    LOCAL(MAILBOX_CLEAR) = ~0u;
  }

  UART(0x44) = 0x7ff;
  INTERRUPTS(ENABLE_2) = 1 << 25;
  UART(0x38) = 1 << 5;
  print("sent\n");
  await("UART");
  INTERRUPTS(DISABLE_2) = 1 << 25;
  INTERRUPTS(ENABLE_1) = 1 << 29;
  AUX(4) = 1;
  AUX(0x44) = 2;
  await("mini UART");
}
