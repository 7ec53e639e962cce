/**
 * The shapes that stand in line in the interpreter's main loop, the rest are called. Measured on a boot of
 * Debian's kernel (`npm run bench -- shapes`).
 */
export const hotShapes: readonly string[] = [];
