/** Meanings of AES, SHA1, SHA256 and of products of polynomials: importing this registers them. */
import './aes.js';
import './polynomial.js';
import './sha.js';
