/** Beyond so many bytes nothing is decompressed, and nothing read that does not say how large it is. */
export const largestContent = 2 ** 30;
