/** The initramfs that loads the kernel's modules, mounts the card and hands over to what is on it. */
import { gzip, writeCpio } from '../../src/images/index.js';
import { characterDevice, directory, file } from '../archive-entries.js';
import type { KernelModule } from './modules.js';

/** `root=` and `ro` or `rw` are what the kernel's command line says. */
const init = `#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in $(cat /modules/order); do
  insmod /modules/$module.ko || echo "init: $module cannot be loaded"
done
root=/dev/mmcblk0
mode=ro
for word in $(cat /proc/cmdline); do
  case $word in
    root=*) root=\${word#root=} ;;
    ro|rw) mode=$word ;;
  esac
done
for second in 0 1 2 3 4 5 6 7 8 9; do
  [ -b $root ] && break
  sleep 1
done
if mount -t ext4 -o $mode $root /root; then
  mount -o move /dev /root/dev
  umount /proc /sys
  exec switch_root /root /sbin/init
fi
echo "init: $root cannot be mounted"
exec sh
`;

/** A gzip-compressed newc archive; equal input gives equal bytes. */
export function buildInitramfs(busybox: Uint8Array, modules: readonly KernelModule[]): Uint8Array {
  const archive = writeCpio([
    ...['bin', 'dev', 'proc', 'sys', 'root', 'modules'].map(directory),
    characterDevice('dev/console', 5, 1),
    file('bin/busybox', busybox, 0o755),
    file('init', init, 0o755),
    file('modules/order', modules.map(({ name }) => `${name}\n`).join('')),
    ...modules.map(({ name, bytes }) => file(`modules/${name}.ko`, bytes)),
  ]);
  return gzip(archive, 9);
}
