/** Values of parameters as QEMU reads them. */
import { QemuError } from '../error.js';

const switches: Readonly<Record<string, boolean>> = {
  ...{ on: true, yes: true, true: true, y: true },
  ...{ off: false, no: false, false: false, n: false },
};

/** @throws QemuError */
export function parseSwitch(name: string, value: string): boolean {
  if (!Object.hasOwn(switches, value)) throw new QemuError(`Parameter '${name}' expects 'on' or 'off'`);
  return switches[value];
}

/** A whole number, decimal, or with 0x hexadecimal, or with 0 octal. @throws QemuError */
export function parseInteger(name: string, value: string): bigint {
  const digits = /^0[0-7]+$/.test(value) ? `0o${value.slice(1)}` : value;
  if (!/^(\d+|0x[0-9a-f]+|0o[0-7]+)$/i.test(digits) || BigInt(digits) >= 2n ** 64n)
    throw new QemuError(`Parameter '${name}' expects integer`);
  return BigInt(digits);
}

const units = 'BKMGTPE';
const EXPECTED_SIZE = 'expects a non-negative number below 2^64';
const SUFFIXES =
  'Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, tera-, peta- and exabytes, respectively.';

/** Bytes: a number with a unit, megabytes without. @throws QemuError */
export function parseMegabytes(name: string, value: string): number {
  const [, number, unit = 'M'] = /^(\d+(?:\.\d+)?|0x[0-9a-f]+)([bkmgtpe])?$/i.exec(value) ?? [];
  const size = Number(number) * 1024 ** units.indexOf(unit.toUpperCase());
  if (!(size < 2 ** 64)) throw new QemuError(`Parameter '${name}' ${EXPECTED_SIZE}`, SUFFIXES);
  return Math.floor(size);
}
