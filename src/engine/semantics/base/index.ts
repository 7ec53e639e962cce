/** Meanings of the base instructions and of all loads and stores: importing this registers them. */
import './add-subtract.js';
import './bit-operations.js';
import './bitfield.js';
import './branches.js';
import './conditional.js';
import './crc32.js';
import './exclusive.js';
import './load-store-pair.js';
import './load-store.js';
import './logical.js';
import './move.js';
import './multiply-divide.js';
import './structure-registers.js';
import './structures.js';
import './system.js';
