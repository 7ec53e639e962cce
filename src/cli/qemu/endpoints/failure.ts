/** Why the host refuses something, in the words of the C library, which are QEMU's. */
import { getSystemErrorMap } from 'node:util';

export function failure({ code, errno, message }: NodeJS.ErrnoException): string {
  const [, text] = (errno !== undefined && getSystemErrorMap().get(errno)) || [code, message];
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
