/** The two RODSOs that the kernel carries, as files. They are stripped: what the kernel knows of them beside is built in. */
import { imageBytes } from '../images/embedded.js';
import { userboot } from '../images/userboot.js';
import { vdso } from '../images/vdso.js';

/** By their names: `libzircon.so`, the vDSO, and `libuserboot.so`. */
export function builtInRodsos(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    [vdso.soname, imageBytes('vdso')],
    [userboot.soname, imageBytes('userboot')],
  ]);
}
