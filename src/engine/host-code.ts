/** WebAssembly as the host has compiled it, and what of that can be kept from run to run. */

/** A module, and what it was made of. */
export interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly module: WebAssembly.Module;
}

/** What a host has compiled of a module: bytes that only the host can read. */
export type HostCode = Uint8Array<ArrayBuffer>;

/** What is kept of a module. */
export interface KeptCode {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly code: HostCode | undefined;
}

export interface HostCompiler {
  /** Of a module all of whose exports are functions; undefined if the host cannot tell, or not yet. */
  codeOf(module: WebAssembly.Module, exports: WebAssembly.Exports): HostCode | undefined;
  /** The module of such bytes, by what was compiled of it if there is that and it still holds. */
  moduleOf(kept: KeptCode): WebAssembly.Module;
}

/** A host that does not tell. */
export const usualCompiler: HostCompiler = {
  codeOf: () => undefined,
  moduleOf: ({ bytes }) => new WebAssembly.Module(bytes),
};
