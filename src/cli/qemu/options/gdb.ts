/** `-gdb`, and the monitor's `gdbserver`: where GDB is waited for. */
import { UsageError } from '../../command.js';
import type { GdbAddress } from '../../run/gdb-server.js';
import { forOption, QemuError } from '../error.js';

/** Other devices by which QEMU can be reached. */
const others = ['stdio', 'pty', 'unix', 'udp', 'chardev', 'tcp'];

/**
 * `tcp:[HOST]:PORT`, with what QEMU lets follow; undefined for `none`. Without a host, only this one's users can come.
 * @throws QemuError, UsageError
 */
export function gdbAddress(text: string, value: string): GdbAddress | undefined {
  if (value === 'none') return undefined;
  return forOption(text, () => {
    const [kind] = value.split(/[:,]/);
    const [, host, port] = /^tcp:(?:\[?([^\]]*)\]?):(\d{1,5})(?:,.*)?$/.exec(value) ?? [];
    if (port !== undefined && Number(port) <= 65535) return { host: host || '127.0.0.1', port: Number(port) };
    if (others.includes(kind)) throw new UsageError(`${text}: expected tcp:[HOST]:PORT`);
    throw new QemuError(`'${value}' is not a valid char driver`);
  });
}
