/** `src/zircon/syscalls/entry/handlers.ts`: what a handler of each call is given, and how that comes out of the registers. */
import type { Syscall } from './abi.js';
import type { GeneratedFile } from './generated-file.js';
import { argumentType, registerKind, typesOfSize } from './register-kinds.js';
import { banner } from './typescript.js';

const camelCase = (name: string): string =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function resultType(call: Syscall): string {
  const kind = registerKind(call.returns);
  if (kind === 'void') return 'Blocked';
  return kind === 's32' ? 'number | Blocked' : 'bigint | Blocked';
}

function handlerType(call: Syscall): string {
  const parameters = call.arguments.map(
    (argument) => `, ${camelCase(argument.name)}: ${argumentType(argument)}`,
  );
  return `  readonly ${call.name}: (call: Call${parameters.join('')}) => ${resultType(call)};\n`;
}

function entry({ name, arguments: list }: Syscall): string {
  const read = list.map((argument, i) => `, x.${registerKind(argument.type, argument.name)}(${i})`);
  const parameters = list.length === 0 ? `{ ${name} }` : `{ ${name} }, x`;
  return `  ${name}: (${parameters}) => (call) => ${name}(call${read.join('')}),\n`;
}

const union = (types: readonly string[]): string => types.map((type) => `'${type}'`).join(' | ');

export function handlerTypesFile(calls: Syscall[]): GeneratedFile {
  const entries = calls.filter(({ number }) => number !== undefined);
  const content = `${banner('syscalls.json')}
import type { SyscallName } from '../../abi/numbers.js';
import type { Blocked, Call, Result } from '../call.js';
import type { Registers } from './registers.js';
import type { HandleValue, OptionalOut, UserIn, UserInOut, UserOut } from './user-pointer.js';

/** C types of 32 and of 64 bits, to which pointers may point. */
export type Word32 = ${union(typesOfSize(4))};
export type Word64 = ${union(typesOfSize(8))};

/** A handler for each kernel entry, with the arguments of the C function in their order. */
export interface Handlers {
${entries.map(handlerType).join('')}}

/** A call by its registers. */
export type Entry = (call: Call) => Result;

/** Reads each call's arguments from the registers as their C types say, and hands them to its handler. */
// prettier-ignore
export const entries: { readonly [Name in SyscallName]: (handlers: Handlers, x: Registers) => Entry } = {
${entries.map(entry).join('')}};
`;
  return { path: 'src/zircon/syscalls/entry/handlers.ts', content };
}
