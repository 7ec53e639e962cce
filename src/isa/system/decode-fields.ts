/** A system register's value taken apart into its fields. */
import { addressFields, fieldMeanings } from './field-meanings.js';
import type { RegisterField, SystemRegister } from './register.js';

interface DecodedField extends RegisterField {
  /** As the register has it, from bit 0 of the field on. */
  readonly value: bigint;
  /** What that means, in a few words; undefined where only the number can be told. */
  readonly meaning: string | undefined;
}

interface DecodedRegister {
  /** All fields, the highest first. */
  readonly fields: readonly DecodedField[];
  /** Bits that are set and belong to no field: reserved ones. */
  readonly rest: bigint;
}

/** Takes a value of 64 bits apart. */
export function decodeFields({ name, fields }: SystemRegister, value: bigint): DecodedRegister {
  const meanings = fieldMeanings[name] ?? {};
  let rest = BigInt.asUintN(64, value);
  const decoded = fields.map((field) => {
    const mask = (1n << BigInt(field.width)) - 1n;
    const part = (value >> BigInt(field.lsb)) & mask;
    rest &= ~(mask << BigInt(field.lsb));
    const meaning = meanings[field.name];
    const number = Number(part);
    return {
      ...field,
      value: part,
      meaning: typeof meaning === 'function' ? meaning(number) : meaning?.[number],
    };
  });
  return { fields: decoded, rest: fields.length === 0 ? 0n : rest };
}

/** `TG0=0 (4 KiB)`, `BADDR=0x40200000`. */
function fieldText({ name, lsb, width, value, meaning }: DecodedField): string {
  const shown = addressFields.has(name)
    ? `0x${(value << BigInt(lsb)).toString(16)}`
    : width > 6
      ? `0x${value.toString(16)}`
      : String(value);
  return `${name}=${shown}${meaning === undefined ? '' : ` (${meaning})`}`;
}

/**
 * The fields that are worth telling of a register that was written: those that are set, and those that were before and
 * are not any more. Reserved bits come last.
 */
export function registerText(register: SystemRegister, value: bigint, before = 0n): string {
  const { fields, rest } = decodeFields(register, value);
  const earlier = decodeFields(register, before).fields;
  const told = fields.filter((field, index) => field.value !== 0n || earlier[index].value !== 0n);
  return [...told.map(fieldText), ...(rest === 0n ? [] : [`reserved=0x${rest.toString(16)}`])].join(' ');
}
