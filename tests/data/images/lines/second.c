#include "include/shared.h"

int second(int x)
{
  int y = shared(x + 1);
  return y * y;
}

__attribute__((section(".text.far"))) int far(int *p)
{
  return *p + 4;
}
