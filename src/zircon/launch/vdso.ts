/**
 * The vDSO as processes get it: the image with the machine's constants in it, and the two test variants, copies
 * in which some calls are hidden. Zircon's docs/vdso.md.
 */
import { vdsoConstants } from '../abi/vdso-constants.js';
import { imageBytes } from '../images/embedded.js';
import type { HiddenCall } from '../images/image.js';
import { vdso } from '../images/vdso.js';
import { cacheLines, cpuFeatures } from './cpu-features.js';
import type { Kernel } from '../kernel.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { PAGE_SIZE } from '../vm/layout.js';
import type { PagedVmo } from '../vm/paged-vmo.js';

/** zx_system_get_version: a scheme in four characters, then which Zircon's ABI this is. */
const VERSION = 'abi-2018-12';
/** `brk #1`. */
const BRK_1 = 0xd420_0020;
/** Elf64_Sym. All zeros is the symbol that there is not, as the first of every table. */
const SYMBOL_BYTES = 24;

/** The full vDSO and its test variants 1 and 2, in the order of the bootstrap message. */
export function createVdsos(kernel: Kernel): VmoDispatcher[] {
  const image = imageBytes('vdso');
  writeConstants(kernel, image);
  const full = kernel.vm.createFromImage(image);
  const variants = (['test1', 'test2'] as const).map((name) => {
    const clone = full.clone(0, full.size, false);
    for (const call of vdso.hidden[name]) hide(clone, call);
    return named(kernel, clone, `vdso/${name}`);
  });
  return [named(kernel, full, 'vdso/full'), ...variants];
}

function named(kernel: Kernel, vmo: PagedVmo, name: string): VmoDispatcher {
  vmo.codeSegment = { offset: vdso.codeStart, size: vdso.codeEnd - vdso.codeStart };
  const dispatcher = new VmoDispatcher(kernel, vmo);
  dispatcher.name = name;
  return dispatcher;
}

function writeConstants(kernel: Kernel, image: Uint8Array): void {
  const view = new DataView(image.buffer, vdso.constants);
  const isSoft = kernel.hasOption('vdso.soft_ticks');
  view.setUint32(vdsoConstants.max_num_cpus.offset, kernel.cores, true);
  view.setUint32(vdsoConstants.features_cpu.offset, cpuFeatures(kernel.machine), true);
  const { instruction, data } = cacheLines(kernel.machine);
  view.setUint32(vdsoConstants.dcache_line_size.offset, data, true);
  view.setUint32(vdsoConstants.icache_line_size.offset, instruction, true);
  view.setUint32(vdsoConstants.soft_ticks.offset, isSoft ? 1 : 0, true);
  const frequency = isSoft ? 1_000_000_000 : kernel.machine.cluster.counter.frequency;
  view.setBigUint64(vdsoConstants.ticks_per_second.offset, BigInt(frequency), true);
  view.setBigUint64(vdsoConstants.physmem.offset, BigInt(kernel.vm.pages.total * PAGE_SIZE), true);
  const version = new TextEncoder().encode(`${VERSION}\0`);
  image.set(version, vdso.constants + vdsoConstants.version_string.offset);
}

/**
 * Makes a call unreachable: its code traps, and of its symbols nothing is left, since there are dynamic linkers that look
 * at the name alone, or at name and section.
 */
function hide(vmo: PagedVmo, { code, size, symbols }: HiddenCall): void {
  for (const symbol of symbols) vmo.write(symbol, new Uint8Array(SYMBOL_BYTES));
  const traps = new Uint8Array(size);
  const view = new DataView(traps.buffer);
  for (let at = 0; at + 4 <= size; at += 4) view.setUint32(at, BRK_1, true);
  vmo.write(code, traps);
}
