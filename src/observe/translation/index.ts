/** Translation tables as maps of ranges. */
export { decodeDescriptor, type Descriptor, type Mapping } from './descriptor.js';
export { LiveTables, type EntryChange } from './live-tables.js';
export { tablesInUse, type TableBase, type TableRange } from './regime.js';
export {
  firstTable,
  joinRanges,
  mapOf,
  walkOf,
  type MappedRange,
  type ReadTable,
  type Table,
  type TableMap,
  type WalkedEntry,
} from './table-map.js';
export { mappingText, rangeText } from './text.js';
