// LZ4 frames (LZ4 Frame Format Description 1.6; blocks by LZ4 Block Format Description).
#pragma once

#include "problem.h"

// Decodes the frame at `frame` into exactly `size` bytes at `to`. Blocks may be independent or linked; checksums are
// verified where the frame has them. Offsets in the problem are of the frame.
struct problem lz4_decode(const uint8_t* frame, size_t frame_size, uint8_t* to, size_t size);
