// Semihosting calls one after the other, sensible and not. What each gives is told on the UART: operation, X0, errno, and a
// sum of what it has left in memory.
#include <stdint.h>

uint64_t semihost(uint64_t operation, uint64_t parameter);
uint64_t other_halt(uint64_t operation, uint64_t parameter);
extern volatile uint64_t last_syndrome;

enum { OPEN = 1, CLOSE, WRITEC, WRITE0, WRITE, READ, READC, ISERROR, ISTTY, SEEK, FLEN = 12, TMPNAM, REMOVE, RENAME };
enum { ERRNO = 0x13, GET_CMDLINE = 0x15, HEAPINFO, EXIT = 0x18, EXIT_EXTENDED = 0x20, TICKFREQ = 0x31 };

static volatile uint32_t *const uart = (uint32_t *)0x09000000;
static void put(const char *text) { while (*text) *uart = (uint32_t)*text++; }
static void number(uint64_t value) {
  char digits[17];
  for (int i = 15; i >= 0; i--, value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
  digits[16] = 0;
  const char *first = digits;
  while (*first == '0' && first[1]) first++;
  put(first);
}

static uint64_t state = SEED;
static uint64_t draw(uint64_t below) {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return ((z ^ (z >> 31)) >> 16) % below;
}

static uint64_t length(const char *text) { uint64_t n = 0; while (text[n]) n++; return n; }

static uint64_t block[4];
static uint8_t buffer[5000];
static uint64_t sum(const uint8_t *bytes, uint64_t size) {
  uint64_t all = 0xcbf29ce484222325;
  for (uint64_t i = 0; i < size; i++) all = (all ^ bytes[i]) * 0x100000001b3;
  return all;
}

static uint64_t call(const char *name, uint64_t operation, uint64_t parameter) {
  uint64_t result = semihost(operation, parameter);
  uint64_t error = semihost(ERRNO, 0);
  put(name);
  for (int i = 0; i < 4; i++) { put(" "); number(block[i]); }
  put(": "); number(result); put(" errno "); number(error); put(" ");
  number(sum(buffer, sizeof buffer));
  put("\r\n");
  return result;
}
static uint64_t with(const char *name, uint64_t operation, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  block[0] = a; block[1] = b; block[2] = c; block[3] = d;
  return call(name, operation, (uint64_t)block);
}

static const char *const names[] = {"a", "b", "sub/c", "missing/x", "sub/d", "", ":semihosting-features", ":tt"};
enum { NAMES = 8, FEATURES = 6, TTY = 7, HANDLES = 12, NOWHERE = 0x60000000 };
// What a handle was opened as: 0 nothing, 1 a file, 2 the console for writing, 4 for reading,
// which depend on where the host has them, 3 features.
static uint8_t kinds[HANDLES];

static uint64_t any_address(void) { return draw(40) == 0 ? NOWHERE : (uint64_t)buffer; }
static uint64_t any_length(const char *name) { return length(name) + (draw(20) == 0) - (draw(20) == 0); }

static void open(void) {
  uint64_t which = draw(NAMES), mode = draw(draw(20) == 0 ? 14 : 8);
  const char *name = names[which];
  // QEMU 7.2 writes over the beginning of what is opened to append.
  if (which < FEATURES && mode >= 8 && mode < 12) mode -= 4;
  uint64_t size = which >= FEATURES ? length(name) : any_length(name);
  uint64_t handle = with("open", OPEN, (uint64_t)name, mode, size, 0);
  if (handle < HANDLES) kinds[handle] = which == TTY ? (mode < 4 ? 4 : 2) : which == FEATURES ? 3 : 1;
}
static void write(uint64_t handle) {
  uint8_t kind = handle < HANDLES ? kinds[handle] : 0;
  if (kind == 4) return;
  uint64_t size = draw(draw(4) == 0 ? 5000 : 40);
  for (uint64_t i = 0; i < size; i++) buffer[i] = (uint8_t)('a' + draw(26));
  if (kind == 2) {
    if (size < 4) return;
    buffer[0] = 't'; buffer[1] = 't'; buffer[size - 1] = '\n';
    with("write", WRITE, handle, (uint64_t)buffer, size, 0);
    return;
  }
  with("write", WRITE, handle, any_address(), size, 0);
}
static void step(void) {
  uint64_t handle = draw(20) == 0 ? draw(2) ? ~0ull : 1000 : draw(HANDLES);
  uint8_t kind = handle < HANDLES ? kinds[handle] : 0;
  int isConsole = kind == 2 || kind == 4;
  switch (draw(13)) {
    case 0: case 1: open(); break;
    case 2: case 3: case 4: write(handle); break;
    case 5: case 6:
      if (!isConsole) with("read", READ, handle, (uint64_t)buffer, draw(draw(4) == 0 ? 5000 : 40), 0);
      break;
    case 7: if (!isConsole) with("seek", SEEK, handle, draw(6) == 0 ? draw(2) ? ~0ull : draw(7) : draw(4000), 0, 0); break;
    case 8: if (!isConsole) with("flen", FLEN, handle, 0, 0, 0); break;
    case 9: if (!isConsole) with("istty", ISTTY, handle, 0, 0, 0); break;
    case 10:
      if (draw(3)) break;
      if (draw(2)) { const char *name = names[draw(FEATURES)]; with("remove", REMOVE, (uint64_t)name, any_length(name), 0, 0); }
      else {
        const char *from = names[draw(FEATURES)], *to = names[draw(4)];
        with("rename", RENAME, (uint64_t)from, any_length(from), (uint64_t)to, any_length(to));
      }
      break;
    case 11:
      if (draw(2)) with("close", CLOSE, handle, 0, 0, 0); else break;
      if (handle < HANDLES) kinds[handle] = 0;
      break;
    case 12:
      switch (draw(5)) {
        case 0: with("iserror", ISERROR, draw(2) ? ~draw(100) : draw(100), 0, 0, 0); break;
        case 1: call("write0", WRITE0, (uint64_t) "w0: some text\n"); break;
        case 2: call("writec", WRITEC, (uint64_t) "\n"); break;
        case 3: call("tickfreq", TICKFREQ, 0); break;
        default: with("cmdline", GET_CMDLINE, (uint64_t)buffer, draw(3) ? 4000 : draw(60), 0, 0); break;
      }
  }
}

void program(void) {
  for (uint64_t i = 0; i < STEPS; i++) step();
  call("nowhere", OPEN, NOWHERE);
  call("nowhere", WRITE, NOWHERE);
  call("nowhere", ISERROR, NOWHERE);
  other_halt(WRITE0, (uint64_t) "w0: this is none\n");
  put("other immediate: "); number(last_syndrome); put("\r\n");
  block[0] = (uint64_t)buffer;
  semihost(HEAPINFO, (uint64_t)block);
  put("heap:");
  for (int i = 0; i < 4; i++) { put(" "); number(((uint64_t *)buffer)[i]); }
  put("\r\n");
  block[0] = STATUS < 0 ? 0x20023 : 0x20026;
  block[1] = (uint64_t)(STATUS);
  semihost(draw(2) ? EXIT : EXIT_EXTENDED, (uint64_t)block);
  put("still there\r\n");
}
