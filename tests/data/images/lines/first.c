#include "include/shared.h"
int second(int);
int first(int x)
{
  if (x > 3)
    return second(x) + shared(x);
  return x;
}
