/** Exception ports: docs/syscalls/task_bind_exception_port.md, task_resume_from_exception.md. */
import { ExceptionPort, Resume, Status } from '../abi/constants.js';
import { Job } from '../objects/job.js';
import { Port } from '../objects/port.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import type { Handlers } from './entry/handlers.js';

export const exceptionCalls = {
  /** Without a port, whatever is bound is unbound. */
  task_bind_exception_port(call, task, portHandle, key, options) {
    if ((options & ~ExceptionPort.DEBUGGER) !== 0) return Status.INVALID_ARGS;
    const { object } = call.handle(task);
    const port = portHandle === 0 ? undefined : call.object(portHandle, Port);
    if (!(object instanceof Job || object instanceof Process || object instanceof Thread)) {
      throw call.wrongType();
    }
    const isDebugger = options === ExceptionPort.DEBUGGER;
    if (isDebugger && object instanceof Thread) return Status.INVALID_ARGS;
    const { exceptions } = call.kernel;
    if (port === undefined) return exceptions.unbind(object, isDebugger);
    return exceptions.bind(object, port, key, isDebugger);
  },
  task_resume_from_exception(call, handle, portHandle, options) {
    if (options !== 0 && options !== Resume.TRY_NEXT) return Status.INVALID_ARGS;
    const thread = call.object(handle, Thread);
    const port = call.object(portHandle, Port);
    return call.kernel.exceptions.resume(thread, port, options === Resume.TRY_NEXT);
  },
} satisfies Partial<Handlers>;
