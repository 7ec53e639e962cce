/** Meanings of the loads and stores: importing this registers them. */
import './exclusive.js';
import './load-store-pair.js';
import './load-store.js';
import './structure-registers.js';
import './structures.js';
