/** What a host has compiled of a module, so that it can be kept from run to run: bytes that only the host can read. */
export type HostCode = Uint8Array<ArrayBuffer>;

/** A host that tells. */
export interface HostCompiler {
  /** Of a module all of whose exports are functions; undefined if it cannot tell, or not yet. */
  codeOf(module: WebAssembly.Module, exports: WebAssembly.Exports): HostCode | undefined;
  /** The module of such bytes, by what was compiled of it if there is that and it still holds. */
  moduleOf(bytes: Uint8Array<ArrayBuffer>, code: HostCode | undefined): WebAssembly.Module;
}
