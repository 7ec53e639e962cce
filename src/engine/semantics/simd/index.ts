/** Meanings of the integer Advanced SIMD instructions: importing this registers them. */
import './copy-permute.js';
import './modified-immediate.js';
import './multiply.js';
import './narrow.js';
import './pairwise.js';
import './shift-immediate.js';
import './shift-register.js';
import './three-same.js';
import './two-register.js';
import './widen.js';
