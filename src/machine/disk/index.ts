/** What is behind the cards of a board. */
export { Disk, type DiskOptions, type DiskStore } from './disk.js';
export { MemoryStore } from './memory-store.js';
export { DISK_PAGE } from './pages.js';
