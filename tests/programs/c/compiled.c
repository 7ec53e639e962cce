// What compilers make calls of library functions of by themselves, as other functions or none at all stand in the source.
#include <math.h>
#include <stdio.h>
#include <string.h>

static volatile int one = 1;

static __int128 mixed(__int128 value, unsigned __int128 other, int count) {
    return (value >> count) ^ (__int128)(other >> count) ^ (value << count) ^ value * count ^ value / (count + 1) ^
           (__int128)(other % (unsigned)(count + 3));
}

static void integers(void) {
    const __int128 value = (__int128)-0x123456789abcdef * one << 60 | 0x1357;
    for (int count = 0; count < 128; count += 1 + count / 3) {
        const __int128 made = mixed(value, (unsigned __int128)value, count * one);
        printf("%d %016lx%016lx\n", count, (unsigned long)((unsigned __int128)made >> 64), (unsigned long)made);
    }
    const unsigned long bits = 0xf0f0ul << 20 | (unsigned)one;
    printf("%d %d %d\n", __builtin_popcountl(bits), __builtin_parityl(bits), __builtin_ffsl((long)bits));
}

static void numbers(void) {
    const double x = 0.75 * one;
    const float narrow = 0.75f * (float)one;
    printf("%.12g %.5g\n", sin(x) + cos(x), (double)(sinf(narrow) * cosf(narrow)));
    printf("%.12g %.12g %.12g\n", pow(10, x), pow(2, x), pow(x, 3));
    printf("%.12g %.12g %.5g\n", __builtin_powi(x, 5 * one), __builtin_powi(x, -3 * one),
           (double)__builtin_powif(narrow, 4 * one));
    printf("%ld %ld %g\n", lround(x * 10), lrint(x * 10), fmin(x, 0.5) + fmax(x, 1));
}

static void text(const char* word) {
    char made[64], other[64] = {0};
    strcpy(made, word);
    strcat(made, "!");
    printf("%s\n", made);
    printf("%c", made[0]);
    printf("\n");
    memset(other, 0, (size_t)one * 32);
    memcpy(other, made, (size_t)one * 32);
    printf("%d %zd\n", memcmp(made, other, 5 * (size_t)one) == 0, made + sprintf(made, "%s", word) - made);
    __builtin___clear_cache(made, made + sizeof(made));
}

int main(void) {
    integers();
    numbers();
    text("word");
    return 0;
}
