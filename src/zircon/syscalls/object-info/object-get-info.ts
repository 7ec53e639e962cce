/** Information about objects: docs/syscalls/object_get_info.md. */
import { concatenate } from '../../../images/index.js';
import { InfoTopic, Status } from '../../abi/constants.js';
import type { Handlers } from '../entry/handlers.js';
import { topics } from './topics.js';

export const objectGetInfo: Handlers['object_get_info'] = (
  call,
  value,
  number,
  buffer,
  size,
  actual,
  available,
) => {
  // A policy against bad handles does not hold for this question.
  if (number === InfoTopic.HANDLE_VALID) {
    return call.process.handles.get(value) === undefined ? Status.BAD_HANDLE : Status.OK;
  }
  const topic = topics.get(number);
  if (topic === undefined) return Status.NOT_SUPPORTED;
  const records = topic.records(call, value);
  const fitting = records.length === 0 ? 0 : Math.floor(size / records[0].length);
  const written = records.slice(0, fitting);
  if (written.length > 0) call.writeBytes(buffer, concatenate(written));
  call.reportU64(actual, written.length);
  call.reportU64(available, records.length);
  return topic.single && written.length === 0 ? Status.BUFFER_TOO_SMALL : Status.OK;
};
