// The other cores, brought by the spin table; each is interrupted by each of its mailboxes, as IRQ and as FIQ.
#include "board.h"

#define SPIN_TABLE ((volatile u64 *)0xd8)
void secondary(void);

static volatile u32 awake;
static volatile struct {
  u32 count, kind, source, message, rest;
} seen[4];

void interrupted(u32 kind) {
  u32 core = this_core();
  seen[core].kind = kind;
  seen[core].source = LOCAL((kind == 1 ? IRQ_SOURCE : FIQ_SOURCE) + 4 * core);
  for (int n = 0; n < 4; n++) {
    u32 mailbox = MAILBOX_CLEAR + 16 * core + 4 * n;
    if (!(seen[core].source & (1 << (4 + n)))) continue;
    seen[core].message = LOCAL(mailbox);
    LOCAL(mailbox) = seen[core].message & 0xffff;
    seen[core].rest = LOCAL(mailbox);
    LOCAL(mailbox) = ~0u;
  }
  seen[core].count++;
}

void secondary_main(void) {
  awake |= 1 << this_core();
  asm volatile("dsb sy\n sev\n msr daifclr, #3");
  for (;;) asm volatile("wfi");
}

static void send(u32 core, u32 mailbox, u32 message) {
  u32 before = seen[core].count;
  LOCAL(MAILBOX_SET + 16 * core + 4 * mailbox) = message;
  while (seen[core].count == before) {}
  print_number(core);
  print(seen[core].kind == 1 ? "IRQ " : "FIQ ");
  print_number(seen[core].source);
  print_number(seen[core].message);
  print_number(seen[core].rest);
  print("\n");
}

void main(void) {
  for (u32 core = 1; core < 4; core++) {
    SPIN_TABLE[core] = (u64)secondary;
    asm volatile("dsb sy\n sev");
    while (!(awake & (1 << core))) asm volatile("wfe");
    print_number(awake);
    print("\n");
  }
  for (u32 control = 0x0f; control <= 0xf0; control = control << 4) {
    for (u32 core = 1; core < 4; core++) {
      LOCAL(MAILBOX_CONTROL + 4 * core) = control;
      for (u32 mailbox = 0; mailbox < 4; mailbox++) send(core, mailbox, 0x80010000 + 0x100 * core + mailbox);
    }
  }
}
