/**
 * The images that the kernel carries, as bytes. In a checkout they are files beside this one, which Node reads. What
 * `npm run build` makes runs in browsers as well: there scripts/build/embedded-images.ts puts a module in this one's
 * place that has them in it. `manifest.json` says what they are.
 */

/** `vdso` and `userboot` as memory holds them, the boot image, and by their names in lib/ the sysroot's libraries. */
export function imageBytes(name: string): Uint8Array {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  return new Uint8Array(readFileSync(new URL(name, import.meta.url)));
}
