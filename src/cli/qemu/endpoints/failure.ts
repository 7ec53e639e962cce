/** Why the host refuses something, in the words of the C library, which are QEMU's. */
import { getSystemErrorMap } from 'node:util';
import { printable } from '../../../images/index.js';
import type { FileError } from '../../files/index.js';

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

export function failure({ code, errno, message }: NodeJS.ErrnoException): string {
  const [, text] = (errno !== undefined && getSystemErrorMap().get(errno)) || [code, message];
  return sentence(text);
}

/** The same of a file's error, whose message begins with the path. */
export const fileFailure = ({ message }: FileError, path: string): string =>
  sentence(message.slice(printable(path).length + 2));
