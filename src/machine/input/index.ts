export * from './events.js';
export { Input, LONGEST_QUEUE, type InputDevice, type InputState } from './input.js';
export { keyCode, keyNames } from './keys.js';
