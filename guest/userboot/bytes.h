// Little-endian numbers at any address.
#pragma once

#include <stdint.h>

typedef uint16_t unaligned_u16 __attribute__((aligned(1), may_alias));
typedef uint32_t unaligned_u32 __attribute__((aligned(1), may_alias));
typedef uint64_t unaligned_u64 __attribute__((aligned(1), may_alias));

static inline uint16_t load_u16(const void* at) {
    return *(const unaligned_u16*)at;
}

static inline uint32_t load_u32(const void* at) {
    return *(const unaligned_u32*)at;
}

static inline uint64_t load_u64(const void* at) {
    return *(const unaligned_u64*)at;
}

static inline void store_u64(void* at, uint64_t value) {
    *(unaligned_u64*)at = value;
}
