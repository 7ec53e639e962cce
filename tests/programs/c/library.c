// What the C library gives, printed: the same as another C library's on another system, to the last character.
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static double any_double(void) {
    const uint64_t bits = next();
    double value;
    memcpy(&value, &bits, sizeof(value));
    return isnan(value) ? 0.5 : value;
}

static void integers(void) {
    printf("%d %i %u %x %X %o %c %s %% %5d|%-5d|%05d|%+d|% d|%#x|%#o|%.3d|%8.3s|\n", -1, 2, 3u, 255u, 255u, 8u, 'c',
           "text", 42, 42, 42, 42, 42, 255u, 8u, 7, "abcdef");
    printf("%ld %lld %zu %hhd %hd %jd %td %" PRIu64 " %*d %.*s|%-*d|\n", LONG_MIN, LLONG_MAX, SIZE_MAX, (char)44, (short)4464,
           (intmax_t)-1, (ptrdiff_t)5, UINT64_MAX, 6, 1, 2, "xyz", 4, 9);
    char small[4];
    printf("%d %s\n", snprintf(small, sizeof(small), "%s", "abcdef"), small);
    char whole[32];
    printf("%d %s\n", sprintf(whole, "%d-%d", 1, 2), whole);
}

static void floating(void) {
    static const double values[] = {0.0,     -0.0,    1.0,     0.5,        1.5,     2.5,   0.1,      1e21,    1e-5,
                                    123456., 1234567, 9.9999995, 0.00001234, DBL_MAX, DBL_MIN, 4.9e-324, INFINITY, -1e10};
    static const char* const formats[] = {"%f", "%e", "%g", "%.0f", "%.3f", "%.10e", "%.15g", "%.17g", "%#g", "%12.4f|",
                                          "%-12.2e|", "%+.1f", "%010.3f", "% .3g", "%G", "%#.0f", "%.0e"};
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); ++i) {
        for (size_t j = 0; j < sizeof(formats) / sizeof(*formats); ++j) {
            printf(formats[j], values[i]);
            putchar(j + 1 < sizeof(formats) / sizeof(*formats) ? ' ' : '\n');
        }
    }
    for (int i = 0; i < 300; ++i) {
        const double value = any_double();
        printf("%.17g %.3e %g\n", value, value, value);
    }
    printf("%.40f %.1100g\n", 0.1, 4.9e-324);
}

static void numbers(void) {
    static const char* const texts[] = {"1",      "-1.5e3x", "  +.5", "1e400",    "1e-400",   "4.9e-324", "2.4703282292062328e-324",
                                        "inf",    "-Infinity", "abc", "1e",       "0.1",      "9007199254740993",
                                        "1.7976931348623158e308", "1.7976931348623159e308", "2.2250738585072011e-308",
                                        "0.000000000000000000000000000000000000000000000000001e51", "."};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); ++i) {
        char* end;
        errno = 0;
        const double value = strtod(texts[i], &end);
        printf("%s: %.17g, rest '%s', %d\n", texts[i], value, end, errno == ERANGE);
    }
    for (int i = 0; i < 300; ++i) {
        char text[40];
        const double value = any_double();
        snprintf(text, sizeof(text), "%.17g", value);
        if (isfinite(value) && strtod(text, NULL) != value) {
            printf("%s is read as another number\n", text);
        }
        snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 "e%d", next(), next() % 100000, (int)(next() % 600) - 310);
        printf("%s %.17g\n", text, strtod(text, NULL));
    }
    static const char* const integers[] = {"12", "-0x1f", "077", "99999999999999999999", "-99999999999999999999", "z", ""};
    for (size_t i = 0; i < sizeof(integers) / sizeof(*integers); ++i) {
        char* end;
        errno = 0;
        const long value = strtol(integers[i], &end, 0);
        printf("%ld '%s' %d, %lu\n", value, end, errno == ERANGE, strtoul(integers[i], NULL, 36));
    }
    printf("%d %ld %.3f %d %d\n", atoi("12x"), atol("-7"), atof("2.50"), div(-7, 2).quot, div(-7, 2).rem);
}

static void strings(void) {
    char buffer[64] = "one, two;three";
    for (char* word = strtok(buffer, ",; "); word != NULL; word = strtok(NULL, ",; ")) {
        printf("<%s>", word);
    }
    char text[32] = "ab";
    strcat(text, "cd");
    printf(" %s %s %zu\n", strncat(text, "efgh", 2), strpbrk("hello", "xl"), strspn("aab", "a"));
    printf("%d %d %d %s %s\n", strcasecmp("ABC", "abc"), strncasecmp("abX", "aby", 3) < 0, strcmp("a", "b") < 0,
           strstr("haystack", "st"), strrchr("a/b/c", '/'));
    char* copy = strndup("abcdef", 3);
    printf("%s %ld %s\n", copy, (long)(stpcpy(text, "xyz") - text), (char*)memchr("hello", 'l', 5));
    free(copy);
    int classes[14] = {0};
    for (int c = 0; c < 128; ++c) {
        int (*const tests[])(int) = {isalnum, isalpha, isblank, iscntrl, isdigit, isgraph, islower,
                                     isprint, ispunct, isspace, isupper, isxdigit};
        for (int i = 0; i < 12; ++i) {
            classes[i] += tests[i](c) ? c + 1 : 0;
        }
        classes[12] += tolower(c);
        classes[13] += toupper(c);
    }
    for (int i = 0; i < 14; ++i) {
        printf("%d%c", classes[i], i < 13 ? ' ' : '\n');
    }
}

static void mathematics(void) {
    static const double values[] = {0.0, -0.0, 0.5, -2.5, 1e300, 5e-324, 3.75, -INFINITY, 1024.0};
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); ++i) {
        const double x = values[i];
        int exponent = 0;
        double whole;
        const double fraction = isinf(x) ? 0 : frexp(x, &exponent);
        const double rest = modf(x, &whole);
        printf("%g: %g %g %g %g %g %g, %g %d, %g %g, %g\n", x, fabs(x), floor(x), ceil(x), trunc(x), round(x), rint(x),
               fraction, exponent, rest, whole, ldexp(x, -1070));
        printf("%.17g %.17g\n", fmod(1e300, isinf(x) || x == 0 ? 3 : x), sqrt(fabs(x)));
    }
    for (int i = 0; i < 200; ++i) {
        const double x = any_double(), y = any_double();
        const int exponent = (int)(next() % 4000) - 2000;
        printf("%.17g %.17g\n", scalbn(x, exponent), isfinite(x) && y != 0 ? fmod(x, y) : 0);
    }
}

static int compare(const void* left, const void* right) {
    const uint32_t a = *(const uint32_t*)left, b = *(const uint32_t*)right;
    return a < b ? -1 : a > b;
}

static void sorting(void) {
    uint32_t values[1000];
    for (int i = 0; i < 1000; ++i) {
        values[i] = (uint32_t)next() % 5000;
    }
    qsort(values, 1000, sizeof(*values), compare);
    uint64_t sum = 0;
    for (int i = 0; i < 1000; ++i) {
        sum = sum * 31 + values[i];
    }
    const uint32_t wanted = values[500];
    printf("%" PRIu64 " %d\n", sum, *(uint32_t*)bsearch(&wanted, values, 1000, sizeof(*values), compare) == wanted);
}

static void memory(void) {
    char* blocks[200];
    for (int i = 0; i < 200; ++i) {
        const size_t size = next() % 100000;
        blocks[i] = malloc(size + 1);
        memset(blocks[i], i, size + 1);
    }
    bool right = true;
    for (int i = 0; i < 200; ++i) {
        blocks[i] = realloc(blocks[i], 5000);
        right &= blocks[i][0] == (char)i;
        free(blocks[i]);
    }
    void* aligned;
    right &= posix_memalign(&aligned, 4096, 100) == 0 && (uintptr_t)aligned % 4096 == 0;
    free(aligned);
    errno = 0;
    volatile size_t huge = SIZE_MAX / 2 + 5;
    void* volatile none = malloc(huge);
    printf("%d %d %d\n", right, none == NULL, errno == ENOMEM);
}

static void times(void) {
    static const time_t moments[] = {0, 951782399, 951782400, 1546300799, 4102444800, -1, -2208988800, 1709210096};
    for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); ++i) {
        const struct tm* tm = gmtime(&moments[i]);
        printf("%d-%02d-%02d %02d:%02d:%02d %d %d\n", tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday, tm->tm_hour,
               tm->tm_min, tm->tm_sec, tm->tm_wday, tm->tm_yday);
    }
    struct timespec before, after;
    const struct timespec pause = {0, 2000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    nanosleep(&pause, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    const long passed = (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec;
    printf("%d %d\n", passed >= 2000000, time(NULL) >= 0);
}

static jmp_buf back;

static void jumps(void) {
    volatile int rounds = 0;
    const int value = setjmp(back);
    if (value < 3) {
        ++rounds;
        longjmp(back, value + 1);
    }
    printf("%d %d\n", value, rounds);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int arrived, destroyed, begun;

static void destroy(void* value) {
    pthread_mutex_lock(&lock);
    destroyed += *(int*)value;
    pthread_mutex_unlock(&lock);
}

static void begin(void) { ++begun; }

static void* worker(void* argument) {
    const int own = *(int*)argument;
    pthread_once(&once, begin);
    pthread_setspecific(key, argument);
    pthread_mutex_lock(&lock);
    ++arrived;
    pthread_cond_broadcast(&changed);
    while (arrived < 4) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    if (own == 4) {
        pthread_exit((void*)(intptr_t)(*(int*)pthread_getspecific(key) * 10));
    }
    errno = own;
    return (void*)(intptr_t)(errno * 10);
}

static void threads(void) {
    pthread_t all[4];
    int numbers[4] = {1, 2, 3, 4};
    intptr_t sum = 0;
    errno = 77;
    pthread_key_create(&key, destroy);
    for (int i = 0; i < 4; ++i) {
        pthread_create(&all[i], NULL, worker, &numbers[i]);
    }
    for (int i = 0; i < 4; ++i) {
        void* result;
        pthread_join(all[i], &result);
        sum += (intptr_t)result;
    }
    printf("%ld %d %d %d %d\n", (long)sum, destroyed, begun, errno, pthread_mutex_trylock(&lock));
    struct timespec soon;
    timespec_get(&soon, TIME_UTC);
    soon.tv_nsec += 1000000;
    if (soon.tv_nsec >= 1000000000) {
        ++soon.tv_sec;
        soon.tv_nsec -= 1000000000;
    }
    printf("%d %d\n", pthread_cond_timedwait(&changed, &lock, &soon) == ETIMEDOUT, pthread_mutex_trylock(&lock) == EBUSY);
}

int main(void) {
    integers();
    floating();
    numbers();
    strings();
    mathematics();
    sorting();
    memory();
    times();
    jumps();
    threads();
    return 0;
}
