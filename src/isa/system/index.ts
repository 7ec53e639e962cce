/** System registers and system operations of ARMv8.0-A, by name and by encoding. */
import { controlRegisters } from './control-registers.js';
import { debugTraceRegisters } from './debug-trace-registers.js';
import { gicRegisters } from './gic-registers.js';
import { identificationRegisters } from './identification-registers.js';
import { breakpointControl, fieldsByRegister, watchpointControl } from './register-fields.js';
import { registerFields, type RegisterField, type SystemEncoding, type SystemRegister } from './register.js';
import { timerPerformanceRegisters } from './timer-performance-registers.js';

export { genericName } from './register.js';
export type { ExceptionLevel, RegisterField, SystemEncoding, SystemRegister } from './register.js';
export { decodeFields, registerText } from './decode-fields.js';
export { memoryAttribute } from './field-meanings.js';
export * from './operations.js';

function withFields(register: SystemRegister): SystemRegister {
  const { name } = register;
  const list =
    fieldsByRegister[name] ??
    (/^DBGBCR\d/.test(name) ? breakpointControl : /^DBGWCR\d/.test(name) ? watchpointControl : undefined);
  if (list === undefined) return register;
  let fields: readonly RegisterField[] | undefined;
  return {
    ...register,
    // Only who looks into a register needs them.
    get fields() {
      return (fields ??= registerFields(list));
    },
  };
}

/** Every system register, in groups. */
export const systemRegisters: readonly SystemRegister[] = [
  ...identificationRegisters,
  ...controlRegisters,
  ...timerPerformanceRegisters,
  ...debugTraceRegisters,
  ...gicRegisters,
].map(withFields);

/** `op0:op1:CRn:CRm:op2` as one number of 16 bits: bits 20:5 of MRS and MSR. */
export function systemKey({ op0, op1, CRn, CRm, op2 }: SystemEncoding): number {
  return (op0 << 14) | (op1 << 11) | (CRn << 7) | (CRm << 3) | op2;
}

const readable = new Map(systemRegisters.filter((r) => r.read !== undefined).map((r) => [systemKey(r), r]));
const writable = new Map(systemRegisters.filter((r) => r.write !== undefined).map((r) => [systemKey(r), r]));
const byName = new Map(systemRegisters.map((r) => [r.name.toUpperCase(), r]));

/** The register that MRS reads by this encoding; undefined where none can be read. */
export function registerToRead(encoding: SystemEncoding): SystemRegister | undefined {
  return readable.get(systemKey(encoding));
}

/** The register that MSR writes by this encoding; undefined where none can be written. */
export function registerToWrite(encoding: SystemEncoding): SystemRegister | undefined {
  return writable.get(systemKey(encoding));
}

/** A register by its name, in any case of letters. */
export function registerNamed(name: string): SystemRegister | undefined {
  return byName.get(name.toUpperCase());
}
