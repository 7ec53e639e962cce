/** The meaning of every encoding: importing this fills the registry. */
import './base/index.js';
import './crypto/index.js';
import './fp/index.js';
import './memory/index.js';
import './simd/index.js';

export { shapeNamed, shapeOf } from './shapes.js';
