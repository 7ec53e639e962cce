// Arithmetic on integers. C11, 7.22.6 and 7.8.2.
#include <inttypes.h>
#include <stdlib.h>

int abs(int value) { return value < 0 ? -value : value; }
long labs(long value) { return value < 0 ? -value : value; }
long long llabs(long long value) { return value < 0 ? -value : value; }

div_t div(int numerator, int denominator) {
    return (div_t){numerator / denominator, numerator % denominator};
}

ldiv_t ldiv(long numerator, long denominator) {
    return (ldiv_t){numerator / denominator, numerator % denominator};
}

lldiv_t lldiv(long long numerator, long long denominator) {
    return (lldiv_t){numerator / denominator, numerator % denominator};
}

intmax_t imaxabs(intmax_t value) { return labs(value); }

imaxdiv_t imaxdiv(intmax_t numerator, intmax_t denominator) {
    return (imaxdiv_t){numerator / denominator, numerator % denominator};
}
