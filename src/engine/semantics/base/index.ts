/** Meanings of the base instructions without loads and stores: importing this registers them. */
import './add-subtract.js';
import './bit-operations.js';
import './bitfield.js';
import './branches.js';
import './conditional.js';
import './crc32.js';
import './logical.js';
import './move.js';
import './multiply-divide.js';
import './system.js';
