// What POSIX, BSD and GNU add to the C library, wide characters, options, the environment. Printed the same by glibc.
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <wchar.h>

static void strings(void) {
    char text[] = "a,,b;c", buffer[20];
    char* rest = text;
    for (char* part; (part = strsep(&rest, ",;")) != NULL;) {
        printf("<%s>", part);
    }
    printf(" %s %s %s\n", strcasestr("Hay NEEDLE hay", "needle"), strchrnul("abc", 'b'), *strchrnul("abc", 'x') == '\0' ? "end" : "");
    printf("%s %d %ld\n", (char*)memmem("abcabd", 6, "abd", 3), memmem("abc", 3, "d", 1) == NULL,
           (long)((char*)mempcpy(buffer, "12345", 6) - buffer));
    printf("%d %d %d %d\n", ffs(0), ffs(8), ffsl(1L << 40), ffsll(LLONG_MIN));
    printf("%zu %s\n", strxfrm(buffer, "same", sizeof(buffer)), buffer);
    const imaxdiv_t divided = imaxdiv(-7, 2);
    printf("%jd %jd %jd %jd %ju\n", divided.quot, divided.rem, imaxabs(-5), strtoimax("-12x", NULL, 10), strtoumax("ff", NULL, 16));
    printf("%" PRIxFAST8 " %" PRIdLEAST16 " %" PRIu64 "\n", (uint_fast8_t)200, (int_least16_t)-3, UINT64_MAX);
}

static int by_context(const void* left, const void* right, void* context) {
    ++*(int*)context;
    return *(const int*)left - *(const int*)right;
}

static void sorting(void) {
    int values[] = {5, 3, 9, -1, 7, 3, 0}, calls = 0;
    qsort_r(values, 7, sizeof(int), by_context, &calls);
    for (int i = 0; i < 7; ++i) {
        printf("%d ", values[i]);
    }
    printf("%d\n", calls > 0);
    void* memory = reallocarray(NULL, SIZE_MAX / 2, 3);
    printf("%d %d\n", memory == NULL, errno == ENOMEM);
    unsigned seed = 1;
    const int drawn = rand_r(&seed);
    printf("%d %d\n", drawn >= 0, random() >= 0);
}

static void wide(void) {
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
    static const char* const wrong[] = {"\x80", "\xc0\x80", "\xed\xa0\x80", "\xe2\x28\xa1", "\xf0\x8f\xbf\xbf", "\xff"};
    wchar_t out[16];
    char back[32];
    mbstate_t state = {0};
    setlocale(LC_ALL, "C.UTF-8");
    const char* at = text;
    const size_t count = mbsrtowcs(out, &at, 16, &state);
    printf("%zu %d", count, at == NULL);
    for (size_t i = 0; i < count; ++i) {
        printf(" %x", (unsigned)out[i]);
    }
    const wchar_t* from = out;
    printf(" %zu %d %s\n", wcsrtombs(back, &from, sizeof(back), NULL), from == NULL, strcmp(back, text) == 0 ? "same" : back);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
        errno = 0;
        printf("%d%d ", mbtowc(out, wrong[i], 4), errno == EILSEQ);
    }
    wchar_t one = 0;
    memset(&state, 0, sizeof(state));
    const size_t first = mbrtowc(&one, "\xe2\x82", 2, &state);
    const size_t second = mbrtowc(&one, "\xac", 1, &state);
    printf("%d %zu %x %d\n", first == (size_t)-2, second, (unsigned)one, mbsinit(&state));
    printf("%zu %d %d %d %d\n", wcslen(L"wide"), wcscmp(L"a", L"b") < 0, wcsncmp(L"abc", L"abd", 2), wcschr(L"abc", 'c') != NULL,
           wcsrchr(L"abca", 'a') != NULL);
    wcscat(wcscpy(out, L"one"), L"two");
    printf("%ls %d %d %d\n", out, wmemcmp(out, L"one", 3), btowc('x') == 'x', wctob(0x20ac));
    printf("%zu %zu %d %d\n", mbstowcs(NULL, text, 0), wcstombs(NULL, L"\x20ac", 0), mblen("\xc3\xa9", 2), wctomb(back, 0x1f600));
    printf("%s %d\n", localeconv()->decimal_point, setlocale(LC_ALL, "xx_YY") == NULL);
}

static void options(const char* letters, int argc, char** argv) {
    static const struct option names[] = {
        {"verbose", no_argument, NULL, 'v'}, {"file", required_argument, NULL, 'f'}, {"level", optional_argument, NULL, 1000},
        {"version", no_argument, NULL, 'V'}, {0}};
    int index = -1;
    optind = 1;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, letters, names, &index)) != -1;) {
        printf("%c(%s)%d ", c < 256 ? c : '#', optarg == NULL ? "" : optarg, c == '?' || c == ':' ? optopt : index);
    }
    for (; optind < argc; ++optind) {
        printf("%s ", argv[optind]);
    }
    putchar('\n');
}

static void all_options(void) {
    static char* lines[][8] = {
        {"p", "-v", "-fname", "rest", NULL}, {"p", "-vf", "name", "--", "-v", NULL}, {"p", "--file=x", "--verbose", "a", NULL},
        {"p", "--file", "y", "--level", "--level=3", NULL}, {"p", "--verb", "--ver", "b", NULL}, {"p", "-x", "-f", NULL}, {"p", "--none", "-", NULL},
        {"p", "-l", "-l5", "c", NULL}, {"p", "--verbose=1", "--file", NULL}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); ++i) {
        int argc = 0;
        while (lines[i][argc] != NULL) {
            ++argc;
        }
        options("+vf:l::", argc, lines[i]);
        options(":vf:", argc, lines[i]);
    }
}

static void environment(void) {
    static char put[] = "PUT=1";
    printf("%d %s\n", setenv("ONE", "first", 1), getenv("ONE"));
    printf("%d %s", setenv("ONE", "second", 0), getenv("ONE"));
    printf(" %d %s\n", setenv("ONE", "third", 1), getenv("ONE"));
    printf("%d %s\n", putenv(put), getenv("PUT"));
    printf("%d %d %d\n", unsetenv("ONE"), getenv("ONE") == NULL, setenv("A=B", "x", 1));
    for (int i = 0; i < 50; ++i) {
        char name[12];
        snprintf(name, sizeof(name), "N%d", i);
        setenv(name, name, 1);
    }
    printf("%s %s\n", getenv("N0"), getenv("N49"));
}

static void system_values(void) {
    char random[16] = "";
    printf("%d %d %d\n", getentropy(random, sizeof(random)), getpagesize(), sysconf(_SC_NPROCESSORS_ONLN) > 0);
    fflush(stdout);
    printf("%d\n", (int)write(STDOUT_FILENO, "written\n", 8));
    fflush(stdout);
    dprintf(STDOUT_FILENO, "%s %d\n", "formatted", 5);
}

static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static int value, mismatches;

// Writers leave the value even; readers never see it otherwise.
static void* write_or_read(void* writes) {
    for (int i = 0; i < 200; ++i) {
        if (*(int*)writes) {
            pthread_rwlock_wrlock(&shared);
            ++value;
            sched_yield();
            ++value;
        } else {
            pthread_rwlock_rdlock(&shared);
            mismatches += value % 2;
        }
        pthread_rwlock_unlock(&shared);
    }
    return NULL;
}

static void locks(void) {
    int writes[4] = {1, 0, 1, 0};
    pthread_t threads[4];
    for (int i = 0; i < 4; ++i) {
        pthread_create(&threads[i], NULL, write_or_read, &writes[i]);
    }
    for (int i = 0; i < 4; ++i) {
        pthread_join(threads[i], NULL);
    }
    printf("%d %d", value, mismatches);
    printf(" %d %d", pthread_rwlock_tryrdlock(&shared), pthread_rwlock_tryrdlock(&shared));
    printf(" %d", pthread_rwlock_trywrlock(&shared) == EBUSY);
    pthread_rwlock_unlock(&shared), pthread_rwlock_unlock(&shared);
    printf(" %d", pthread_rwlock_trywrlock(&shared));
    printf(" %d\n", pthread_rwlock_tryrdlock(&shared) == EBUSY);
}

static void quickly(void) { printf("quickly\n"), fflush(stdout); }

int main(void) {
    strings();
    sorting();
    wide();
    all_options();
    environment();
    system_values();
    locks();
    at_quick_exit(quickly);
    quick_exit(0);
}
