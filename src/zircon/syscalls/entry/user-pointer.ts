/**
 * What user code hands in, as types: at run time all of these are plain numbers. The compiler sees to it that a handle's
 * value is looked up, that memory is only read or only written, and that it is written with as many bytes as the C type
 * behind the pointer has.
 */

declare const handleValue: unique symbol;
declare const reads: unique symbol;
declare const writes: unique symbol;
declare const writesIfGiven: unique symbol;

/** The value of a handle in the caller's table, if it is one. 0: none. */
export type HandleValue = number & { readonly [handleValue]: true };

/** An address of a `const T*`, an array that the caller gives; T is the C type's name, `void` for bytes. */
export type UserIn<T extends string> = number & { readonly [reads]: T };
/** An address of a `T*`, where the caller wants a result. */
export type UserOut<T extends string> = number & { readonly [writes]: T };
export type UserInOut<T extends string> = UserIn<T> & UserOut<T>;
/** The same for a result that the caller need not take: 0 for nowhere. */
export type OptionalOut<T extends string> = number & { readonly [writesIfGiven]: T };

export type UserPointer = UserIn<string> | UserOut<string> | OptionalOut<string>;

/** An address that stood in the caller's memory, as what the structure there says that it is. */
export const pointerAt = <P extends UserPointer>(address: number): P => address as P;
export const NO_HANDLE = 0 as HandleValue;
/** A handle's value that stood in the caller's memory. */
export const handleAt = (value: number): HandleValue => value as HandleValue;
