/** SD cards, the slot that they are in, and the controllers of it. */
export { SDHC_LARGEST } from './card/registers.js';
export { SdSlot } from './slot.js';
export { Sdhci } from './sdhci/sdhci.js';
export { Sdhost } from './sdhost.js';
