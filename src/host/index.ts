/** What differs between Node and the browser, and running a machine for somebody. */
export { Session, type Ending, type SessionOptions } from './session.js';
