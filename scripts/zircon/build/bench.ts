/** The program that times the kernel's services: for benchmarks only, so the built-in boot image lacks it. */
import { buildLibc, hostedFlags, linkDynamic } from './libc.js';
import { buildVdso } from './rodso.js';
import { sourcesIn, Workshop } from './toolchain.js';

/** Builds guest/bench-zircon and gives the program's bytes. */
export function buildBench(): Uint8Array {
  const workshop = new Workshop();
  try {
    buildVdso(workshop);
    buildLibc(workshop);
    linkDynamic(workshop, 'bench', workshop.compile(sourcesIn('guest/bench-zircon'), hostedFlags));
    return workshop.read('bench');
  } finally {
    workshop.remove();
  }
}
