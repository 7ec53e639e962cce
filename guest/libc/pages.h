// Sizes in whole pages.
#pragma once

#include <stddef.h>
#include <zircon/limits.h>

static inline size_t whole_pages(size_t size) { return (size + ZX_PAGE_SIZE - 1) & ~((size_t)ZX_PAGE_SIZE - 1); }
