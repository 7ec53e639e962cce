/** The files a boot starts from, read and written. Formats only: nothing here knows a machine. */
export { ImageError } from './error.js';
export { fileType, readCpio, writeCpio, type CpioEntry, type CpioInput } from './cpio.js';
export { crc32, gunzip, gzip, isGzip } from './gzip.js';
