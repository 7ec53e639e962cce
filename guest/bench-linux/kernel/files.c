/** Files in memory (tmpfs): made, written, renamed, read again from random places, removed. */
#include "program.h"
#include "system.h"

enum { FILES = 16, PIECE = 4096, PIECES = 8 };
static uint8_t piece[PIECE];

static const char *name_of(uint32_t number, char kind) {
    static char name[] = "/tmp/file-a-00";
    name[10] = kind;
    name[12] = (char)('0' + number / 10);
    name[13] = (char)('0' + number % 10);
    return name;
}

static void make(uint32_t number, struct random *random) {
    long file = open_file(name_of(number, 'a'), READ_WRITE | CREATE | TRUNCATE);
    if (file < 0) fail("cannot make a file");
    __builtin_memset(piece, 0, PIECE);
    for (int i = 0; i < PIECES; i++) {
        for (int at = 0; at < PIECE; at += 64) piece[at] = (uint8_t)next_random(random);
        if (write_file(file, piece, PIECE) != PIECE) fail("cannot write to a file");
    }
    close_file(file);
    char old[16];
    __builtin_memcpy(old, name_of(number, 'a'), sizeof "/tmp/file-a-00");
    if (rename_file(old, name_of(number, 'b')) < 0) fail("cannot rename a file");
}

static uint64_t read_again(uint32_t number, struct random *random) {
    long file = open_file(name_of(number, 'b'), READ_WRITE);
    if (file < 0) fail("cannot open a file");
    uint64_t checksum = 0;
    for (int i = 0; i < 2 * PIECES; i++) {
        seek_file(file, (long)(next_random(random) % (PIECE * (PIECES - 1))));
        if (read_file(file, piece, PIECE) != PIECE) fail("cannot read from a file");
        for (int at = 0; at < PIECE; at += 256) checksum = mixed(checksum, piece[at]);
    }
    close_file(file);
    if (remove_file(name_of(number, 'b')) < 0) fail("cannot remove a file");
    return checksum;
}

uint64_t work(uint32_t percent) {
    struct random random = {0x57721566};
    uint64_t checksum = 0;
    for (uint32_t i = scaled(5, percent); i > 0; i--) {
        for (uint32_t number = 0; number < FILES; number++) make(number, &random);
        for (uint32_t number = 0; number < FILES; number++) checksum = mixed(checksum, read_again(number, &random));
    }
    return checksum;
}
