/** The kernel trace: <zircon/ktrace.h>. */
import { KtraceAction, Limit, Status } from '../abi/constants.js';
import { PROBES_MAX } from '../tracing/kernel-trace.js';
import type { Handlers } from './entry/handlers.js';
import { requireRoot } from './resource.js';

export const tracingCalls = {
  /** Without a buffer, how much there is to read. */
  ktrace_read(call, resource, data, offset, size, actual) {
    requireRoot(call, resource);
    const { trace } = call.kernel;
    const bytes = data === 0 ? undefined : trace.read(offset, size);
    if (bytes !== undefined && bytes.length > 0) call.writeBytes(data, bytes);
    call.writeU64(actual, bytes?.length ?? trace.length);
    return Status.OK;
  },
  /** A new probe's number is what the call returns. */
  ktrace_control(call, resource, action, options, pointer) {
    requireRoot(call, resource);
    const { trace } = call.kernel;
    switch (action) {
      case KtraceAction.START:
        trace.start(options);
        return Status.OK;
      case KtraceAction.STOP:
        trace.stop();
        return Status.OK;
      case KtraceAction.REWIND:
        trace.rewind();
        return Status.OK;
      case KtraceAction.NEW_PROBE:
        return trace.probe(call.readName(pointer, Limit.MAX_NAME_LEN)) ?? Status.NO_MEMORY;
      default:
        return Status.INVALID_ARGS;
    }
  },
  /** What nobody records, or there is no room for, is UNAVAILABLE. */
  ktrace_write(call, resource, probe, first, second) {
    requireRoot(call, resource);
    if (probe >= PROBES_MAX) return Status.INVALID_ARGS;
    return call.kernel.trace.write(probe, [first, second]) ? Status.OK : Status.UNAVAILABLE;
  },
  /** Traces by hardware, which the board does not have. */
  mtrace_control(call, resource) {
    requireRoot(call, resource);
    return Status.NOT_SUPPORTED;
  },
} satisfies Partial<Handlers>;
