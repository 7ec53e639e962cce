/** What programs for the built-in system are linked with. docs/writing-programs.md. */
import { builtInFiles } from './boot-image.js';
import { decodeBase64 } from '../images/image.js';
import { sysroot } from '../images/sysroot.js';

/** Libraries by their names: the C library, the vDSO's names, how programs begin. */
export function sysrootLibraries(): ReadonlyMap<string, Uint8Array> {
  const libraries = new Map(Object.entries(sysroot).map(([name, base64]) => [name, decodeBase64(base64)]));
  const libc = builtInFiles().get('lib/ld.so.1');
  if (libc === undefined) throw new Error('expected lib/ld.so.1 in the built-in boot image');
  return libraries.set('libc.so', libc);
}
