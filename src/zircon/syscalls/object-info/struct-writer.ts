/** Structures as user code expects them, from the generated layouts. */
import { encodeText } from '../../../images/index.js';
import { Limit } from '../../abi/constants.js';
import { structs, type StructName } from '../../abi/structs.js';

type Field<N extends StructName> = keyof (typeof structs)[N]['offsets'] & string;

/** One structure in the making; what is not set stays 0. */
export class StructWriter<N extends StructName> {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly offsets: Readonly<Record<string, number>>;

  constructor(name: N) {
    this.bytes = new Uint8Array(structs[name].size);
    this.view = new DataView(this.bytes.buffer);
    this.offsets = structs[name].offsets;
  }

  /** Sets fields of 8 bits. */
  u8(field: Field<N>, value: number | boolean): this {
    this.view.setUint8(this.offsets[field], Number(value));
    return this;
  }
  u32(field: Field<N>, value: number): this {
    this.view.setUint32(this.offsets[field], value, true);
    return this;
  }
  u64(field: Field<N>, value: number | bigint): this {
    this.view.setBigUint64(this.offsets[field], BigInt.asUintN(64, BigInt(value)), true);
    return this;
  }
  /** A name of at most 31 bytes, NUL-terminated. */
  name(field: Field<N>, text: string): this {
    this.bytes.set(nameBytes(text), this.offsets[field]);
    return this;
  }
  /** A structure within the structure. */
  nested(field: Field<N>, bytes: Uint8Array): this {
    this.bytes.set(bytes, this.offsets[field]);
    return this;
  }
}

/** A name as char[ZX_MAX_NAME_LEN]. */
export function nameBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(Limit.MAX_NAME_LEN);
  bytes.set(encodeText(text).subarray(0, Limit.MAX_NAME_LEN - 1));
  return bytes;
}
