/** What the kernel console tells of memory, as docs/memory.md and docs/oom.md show it. */
import { shownName } from '../../images/index.js';
import type { Kernel } from '../kernel.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { describeVmo } from '../vm/usage.js';
import type { Vmo } from '../vm/vmo.js';

const MEBIBYTE = 2 ** 20;

/** The columns of `kstats -m`. Queued messages stand for the heap: the rest of the kernel's own data is not in RAM. */
export function* memoryLines(kernel: Kernel): Iterable<string> {
  const { pages } = kernel.vm;
  const { used } = pages;
  const columns: readonly (readonly [string, number])[] = [
    ['total', pages.total * PAGE_SIZE],
    ['free', pages.available * PAGE_SIZE],
    ['VMOs', used.vmo * PAGE_SIZE],
    ['kheap', kernel.ipc.bytes],
    ['kfree', 0],
    ['wired', used.wired * PAGE_SIZE],
    ['mmu', used.table * PAGE_SIZE],
  ];
  yield columns.map(([name]) => name.padStart(10)).join(' ');
  yield columns.map(([, bytes]) => `${(bytes / MEBIBYTE).toFixed(1)}M`.padStart(10)).join(' ');
}

export function* outOfMemoryLines(kernel: Kernel): Iterable<string> {
  const { isEnabled, redlineBytes, sleepMilliseconds } = kernel.outOfMemory;
  yield 'OOM info:';
  yield `  running: ${isEnabled}`;
  yield '  printing: false';
  yield '  simulating lowmem: false';
  yield `  sleep duration: ${sleepMilliseconds}ms`;
  yield `  redline: ${Math.floor(redlineBytes / MEBIBYTE)}M (${redlineBytes} bytes)`;
}

/** Bytes as docs/memory.md has them: at most four digits and a unit. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit += 1;
  }
  const digits = Number.isInteger(value) ? String(value) : value.toFixed(1);
  return `${digits}${'BkMGT'[unit]}`;
}

/** Those with handles: all, or those that no process maps. */
export function* vmoLines(kernel: Kernel, [word]: readonly string[]): Iterable<string> {
  const header = 'rights   koid parent #chld #map #shr    size   alloc name';
  yield header;
  for (const object of kernel.objects.values()) {
    if (!(object instanceof VmoDispatcher)) continue;
    const about = describeVmo(object.vmo);
    if (word === 'hidden' && about.mappings > 0) continue;
    yield vmoLine(object.vmo);
  }
  yield header;
}

/** Of no process in particular, so without rights. */
function vmoLine(vmo: Vmo): string {
  const { koid, parentKoid, children, mappings, shareCount, size, committedBytes, name } = describeVmo(vmo);
  const columns = [
    String(koid).padStart(6),
    (parentKoid === 0 ? '-' : String(parentKoid)).padStart(6),
    String(children).padStart(5),
    String(mappings).padStart(4),
    String(shareCount).padStart(4),
    sizeText(size).padStart(7),
    (vmo.isPaged ? sizeText(committedBytes) : 'phys').padStart(7),
  ];
  return `${'-'.padStart(6)} ${columns.join(' ')} ${name === '' ? '-' : shownName(name)}`;
}
