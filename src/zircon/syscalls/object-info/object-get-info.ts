/** Information about objects: docs/syscalls/object_get_info.md. */
import { Status } from '../../abi/constants.js';
import { InfoTopic } from '../../abi/object-info.js';
import type { Call, Result } from '../call.js';
import { topics } from './topics.js';

/** Writes a count, unless nobody asked for it. */
function report(call: Call, pointer: number, count: number): void {
  if (pointer !== 0) call.writeU64(pointer, count);
}

export function objectGetInfo(call: Call): Result {
  const value = call.u32(0);
  const number = call.u32(1);
  // A policy against bad handles does not hold for this question.
  if (number === InfoTopic.HANDLE_VALID) {
    return call.process.handles.get(value) === undefined ? Status.BAD_HANDLE : Status.OK;
  }
  const topic = topics.get(number);
  if (topic === undefined) return Status.NOT_SUPPORTED;
  const records = topic.records(call, value);
  const size = call.size(3);
  const fitting = records.length === 0 ? 0 : Math.floor(size / records[0].length);
  const written = records.slice(0, fitting);
  if (written.length > 0) call.writeBytes(call.pointer(2), joined(written));
  report(call, call.pointer(4), written.length);
  report(call, call.pointer(5), records.length);
  return topic.single && written.length === 0 ? Status.BUFFER_TOO_SMALL : Status.OK;
}

/** Records of one size, one behind the other. */
function joined(records: readonly Uint8Array[]): Uint8Array {
  const size = records[0].length;
  const bytes = new Uint8Array(records.length * size);
  records.forEach((record, i) => bytes.set(record, i * size));
  return bytes;
}
