/** The files a boot starts from, read and written. Formats only: nothing here knows a machine. */
export { ImageError } from './error.js';
export { fileType, readCpio, writeCpio, type CpioEntry, type CpioInput } from './cpio.js';
export { crc32, gunzip, gzip, isGzip } from './gzip.js';
export { setChosen, setMemory, type Chosen } from './fdt/boot-properties.js';
export { dtsText } from './fdt/dts.js';
export { readFdt } from './fdt/reader.js';
export * from './fdt/tree.js';
export { writeFdt } from './fdt/writer.js';
