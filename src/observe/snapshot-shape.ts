/**
 * Whether plain data read from a file has the shape of a machine's state: the same properties with values of the
 * same types as those of a machine that has just been made, so that taking it back finds what it expects.
 */

type Check = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
const isInteger: Check = (value) => Number.isSafeInteger(value);
const isBytes =
  (length: number): Check =>
  (value) =>
    value instanceof Uint8Array && value.length === length;
const isTuple =
  (...checks: Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, i) => check(value[i]));
const isList =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
/** A byte of the UART's FIFO with its error flags. */
const isReceived: Check = (value) => isInteger(value) && Number(value) >= 0 && Number(value) < 0x1000;
const FLASH_SECTOR = 0x4_0000;
const FLASH_BUFFER = 2048;

/** Properties whose extent varies with what the machine has done. */
const varying: Readonly<Record<string, Check>> = {
  alarms: isList(isTuple((name) => typeof name === 'string', isInteger, isInteger)),
  fifo: isList(isReceived),
  waiting: isList(isReceived),
  sectors: isList(isTuple((n) => isInteger(n) && Number(n) >= 0 && Number(n) < 4096, isBytes(FLASH_SECTOR))),
  buffer: (value) =>
    value === null || (isRecord(value) && isInteger(value.offset) && isBytes(FLASH_BUFFER)(value.bytes)),
};

/** Where `value` first differs in shape from `model`, as a path; undefined if nowhere. */
export function misfit(value: unknown, model: unknown, path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (Object.hasOwn(varying, name)) return varying[name](value) ? undefined : path;
  if (model instanceof Uint8Array) return isBytes(model.length)(value) ? undefined : path;
  if (Array.isArray(model)) {
    if (!Array.isArray(value) || value.length !== model.length) return path;
    return firstMisfit(model.map((each, i) => misfit(value[i], each, `${path}[${i}]`)));
  }
  if (isRecord(model)) {
    if (!isRecord(value)) return path;
    return firstMisfit(Object.keys(model).map((key) => misfit(value[key], model[key], `${path}.${key}`)));
  }
  if (model === null) return value === null ? undefined : path;
  if (typeof model === 'number') return isInteger(value) ? undefined : path;
  return typeof value === typeof model ? undefined : path;
}

function firstMisfit(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined);
}
