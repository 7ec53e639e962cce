/** Exception ports: docs/syscalls/task_bind_exception_port.md, task_resume_from_exception.md. */
import { Status } from '../abi/constants.js';
import { Job } from '../objects/job.js';
import { Port } from '../objects/port.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import type { Call, Handler, Result } from './call.js';

/** ZX_EXCEPTION_PORT_DEBUGGER, ZX_RESUME_TRY_NEXT. */
const DEBUGGER = 1;
const TRY_NEXT = 2;

/** Without a port, whatever is bound is unbound. */
function bindExceptionPort(call: Call): Result {
  const options = call.u32(3);
  if ((options & ~DEBUGGER) !== 0) return Status.INVALID_ARGS;
  const { object } = call.handle(call.u32(0));
  const port = call.u32(1) === 0 ? undefined : call.object(call.u32(1), Port);
  if (!(object instanceof Job || object instanceof Process || object instanceof Thread)) {
    throw call.wrongType();
  }
  const isDebugger = options === DEBUGGER;
  if (isDebugger && object instanceof Thread) return Status.INVALID_ARGS;
  const { exceptions } = call.kernel;
  if (port === undefined) return exceptions.unbind(object, isDebugger);
  return exceptions.bind(object, port, call.u64(2), isDebugger);
}

function resumeFromException(call: Call): Result {
  const options = call.u32(2);
  if (options !== 0 && options !== TRY_NEXT) return Status.INVALID_ARGS;
  const thread = call.object(call.u32(0), Thread);
  const port = call.object(call.u32(1), Port);
  return call.kernel.exceptions.resume(thread, port, options === TRY_NEXT);
}

export const exceptionCalls: Readonly<Record<string, Handler>> = {
  task_bind_exception_port: bindExceptionPort,
  task_resume_from_exception: resumeFromException,
};
