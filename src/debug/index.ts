/** Acting on a machine from outside: a debugger, and GDB's remote protocol over any stream of bytes. */
export { Debugger, type DebuggerOptions, type Halt, type ThreadStep } from './debugger.js';
export { framed, PacketReader } from './gdb/framing.js';
export { GdbStub } from './gdb/stub.js';
export { PhysicalMemory, VirtualMemory } from './memory.js';
export type { RegisterInfo, RegisterValues } from './registers.js';
export { TargetError, type DebugMemory, type Target, type ThreadId, type ThreadInfo } from './target.js';
