// Angles to less than an eighth of a turn.
#pragma once

#include "double-double.h"

// x = quarters * pi / 2 + rest, |rest| <= pi / 4; `quarters` is 0 to 3, whole turns being left out. x is finite.
struct dd reduce_angle(double x, unsigned* quarters);
