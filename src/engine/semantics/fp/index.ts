/** Meanings of the scalar and vector floating-point instructions: importing this registers them. */
import './by-element.js';
import './immediate.js';
import './scalar-arithmetic.js';
import './scalar-compare.js';
import './scalar-convert.js';
import './vector-arithmetic.js';
import './vector-compare.js';
import './vector-convert.js';
