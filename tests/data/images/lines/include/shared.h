static inline int shared(int x)
{
  for (int i = 0; i < x; i++)
    x ^= i * 3;
  return x;
}
