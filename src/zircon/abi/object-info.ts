/** Topics and properties of objects, <zircon/syscalls/object.h>. */

/** ZX_INFO_*. */
export const InfoTopic = {
  HANDLE_VALID: 1,
  HANDLE_BASIC: 2,
  PROCESS: 3,
  PROCESS_THREADS: 4,
  VMAR: 7,
  JOB_CHILDREN: 8,
  JOB_PROCESSES: 9,
  THREAD: 10,
  THREAD_EXCEPTION_REPORT: 11,
  TASK_STATS: 12,
  PROCESS_MAPS: 13,
  PROCESS_VMOS: 14,
  THREAD_STATS: 15,
  CPU_STATS: 16,
  KMEM_STATS: 17,
  RESOURCE: 18,
  HANDLE_COUNT: 19,
  BTI: 20,
  PROCESS_HANDLE_STATS: 21,
  SOCKET: 22,
  VMO: 23,
} as const;

/** ZX_PROP_*. */
export const Property = {
  NAME: 3,
  PROCESS_DEBUG_ADDR: 5,
  PROCESS_VDSO_BASE_ADDRESS: 6,
  SOCKET_RX_THRESHOLD: 12,
  SOCKET_TX_THRESHOLD: 13,
  JOB_KILL_ON_OOM: 15,
} as const;

/** ZX_MAX_NAME_LEN: bytes of a name with its NUL. */
export const NAME_BYTES = 32;
