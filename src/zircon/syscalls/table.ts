/** All system calls, by name. */
import { channelCalls } from './channel.js';
import { clockCalls } from './clock.js';
import { dmaCalls } from './dma.js';
import type { Handlers } from './entry/handlers.js';
import { eventCalls } from './event.js';
import { exceptionCalls } from './exception.js';
import { fifoCalls } from './fifo.js';
import { futexCalls } from './futex.js';
import { handleCalls } from './handle.js';
import { interruptCalls } from './interrupt.js';
import { logCalls } from './log.js';
import { propertyCalls } from './object-property.js';
import { mexecCalls } from './mexec.js';
import { objectCalls } from './object.js';
import { pagerCalls } from './pager.js';
import { policyCalls } from './policy.js';
import { portCalls } from './port.js';
import { profileCalls } from './profile.js';
import { resourceCalls } from './resource.js';
import { signalCalls } from './signal.js';
import { socketCalls } from './socket.js';
import { systemCalls } from './system.js';
import { taskCalls } from './task.js';
import { threadStateCalls } from './thread-state.js';
import { timerCalls } from './timer.js';
import { tracingCalls } from './tracing.js';
import { unsupportedCalls } from './unsupported.js';
import { vmarCalls } from './vmar.js';
import { vmoCalls } from './vmo.js';
import { waitCalls } from './wait.js';

/** That none is missing, the compiler sees. */
export const handlers: Handlers = {
  ...handleCalls,
  ...objectCalls,
  ...propertyCalls,
  ...waitCalls,
  ...signalCalls,
  ...portCalls,
  ...channelCalls,
  ...socketCalls,
  ...fifoCalls,
  ...eventCalls,
  ...timerCalls,
  ...futexCalls,
  ...clockCalls,
  ...taskCalls,
  ...threadStateCalls,
  ...exceptionCalls,
  ...policyCalls,
  ...profileCalls,
  ...vmoCalls,
  ...vmarCalls,
  ...pagerCalls,
  ...dmaCalls,
  ...logCalls,
  ...resourceCalls,
  ...interruptCalls,
  ...systemCalls,
  ...tracingCalls,
  ...mexecCalls,
  ...unsupportedCalls,
};
