/** What snapshots need to know of fields beyond their TypeScript types. */

/** Not saved: made anew after loading, or of those who only watch. */
export type Transient<T> = T;
/** Virtual ns; Infinity for never. */
export type Moment = number;
/** A number that may be below 0: others may not. */
export type Signed = number;
