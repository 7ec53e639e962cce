/** What programs for the built-in system are linked with. docs/writing-programs.md. */
import { builtInFiles } from './boot-image.js';
import { imageBytes } from '../images/embedded.js';

/** The vDSO's names without its code, how programs begin with a C library, and without one. */
const LIBRARIES = ['libzircon.so', 'libcrt.a', 'libstatic.a'] as const;

/** Libraries by their names: the C library, the vDSO's names, how programs begin. */
export function sysrootLibraries(): ReadonlyMap<string, Uint8Array> {
  const libraries = new Map<string, Uint8Array>(LIBRARIES.map((name) => [name, imageBytes(`lib/${name}`)]));
  const libc = builtInFiles().get('lib/ld.so.1');
  if (libc === undefined) throw new Error('expected lib/ld.so.1 in the built-in boot image');
  return libraries.set('libc.so', libc);
}
