/** Packets of ports, <zircon/syscalls/port.h>. */

/** zx_port_packet_t's type. Exceptions have their own: ExceptionType. */
export const PacketType = {
  USER: 0,
  SIGNAL_ONE: 1,
  SIGNAL_REP: 2,
  INTERRUPT: 7,
} as const;

/** Options of zx_object_wait_async. */
export const WaitAsync = { ONCE: 0, REPEATING: 1 } as const;

/** Option of zx_port_create. */
export const PORT_BIND_TO_INTERRUPT = 1;
