/** What ZX_INFO_* tells of handles, sockets, resources and cores. <zircon/syscalls/object.h>. */
import { CpuInfo, ObjectProperty, ResourceFlag } from '../../abi/constants.js';
import type { Kernel } from '../../kernel.js';
import type { BusTransactionInitiator } from '../../objects/bti.js';
import type { Handle } from '../../objects/handle.js';
import type { Process } from '../../objects/process.js';
import type { Resource } from '../../objects/resource.js';
import type { Socket } from '../../objects/socket.js';
import { StructWriter } from './struct-writer.js';

export function handleBasic({ object, rights }: Handle): Uint8Array {
  return new StructWriter('zx_info_handle_basic')
    .u64('koid', object.koid)
    .u32('rights', rights)
    .u32('type', object.type)
    .u64('related_koid', object.relatedKoid)
    .u32('props', object.waitable ? ObjectProperty.WAITABLE : 0).bytes;
}

export function handleCount({ object }: Handle): Uint8Array {
  return new StructWriter('zx_info_handle_count').u32('handle_count', object.handleCount).bytes;
}

/**
 * One record for each handle of a process. The topic is younger than the rest: its document asks for the right to manage
 * threads, too, which no process has that was found by way of its job as rights are here; and it leaves the owner of the
 * peer to whoever has the tables of all processes.
 */
export function handleTable({ handles }: Process): Uint8Array[] {
  return handles.list().map((handle) => {
    const { object, rights } = handle;
    return new StructWriter('zx_info_handle_extended')
      .u32('type', object.type)
      .u32('handle_value', handles.valueOf(handle))
      .u32('rights', rights)
      .u64('koid', object.koid)
      .u64('related_koid', object.relatedKoid).bytes;
  });
}

export function socketInfo({ info }: Socket): Uint8Array {
  return new StructWriter('zx_info_socket')
    .u32('options', info.options)
    .u64('rx_buf_max', info.receiveMax)
    .u64('rx_buf_size', info.receiveSize)
    .u64('rx_buf_available', info.receiveAvailable)
    .u64('tx_buf_max', info.transmitMax)
    .u64('tx_buf_size', info.transmitSize).bytes;
}

/** Devices' addresses are physical: none is excluded. */
export function btiInfo(bti: BusTransactionInitiator): Uint8Array {
  return new StructWriter('zx_info_bti')
    .u64('minimum_contiguity', bti.minimumContiguity)
    .u64('aspace_size', 2n ** 64n - 1n).bytes;
}

export function resourceInfo(resource: Resource): Uint8Array {
  return new StructWriter('zx_info_resource')
    .u32('kind', resource.kind)
    .u32('flags', resource.exclusive ? ResourceFlag.EXCLUSIVE : 0)
    .u64('base', resource.low)
    .u64('size', resource.high - resource.low)
    .name('name', resource.name).bytes;
}

/** One record a core. */
export function cpuStatistics({ scheduler }: Kernel): Uint8Array[] {
  return scheduler.statistics.map((core, number) => {
    return new StructWriter('zx_info_cpu_stats')
      .u32('cpu_number', number)
      .u32('flags', CpuInfo.ONLINE)
      .u64('idle_time', Math.floor(scheduler.idleTime(number)))
      .u64('reschedules', core.reschedules)
      .u64('context_switches', core.contextSwitches)
      .u64('preempts', core.preemptions)
      .u64('ints', core.interrupts)
      .u64('timer_ints', core.timerInterrupts)
      .u64('timers', core.timers)
      .u64('syscalls', core.systemCalls)
      .u64('reschedule_ipis', core.rescheduleInterrupts).bytes;
  });
}
