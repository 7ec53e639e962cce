/** An initramfs with Debian's USB modules, whose init tells of all USB devices, and then what comes from them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { characterDevice, directory, file } from '../../scripts/archive-entries.js';
import { readModules } from '../../scripts/root-image/modules.js';
import { gzip, writeCpio } from '../../src/images/index.js';

const packages = '.cache/debian/packages';
const MODULES = [
  ...[
    'bcm2835_rng',
    'bcm2835_wdt',
    'phy_generic',
    'dwc2',
    'usbhid',
    'hid_generic',
    'evdev',
    'cdc_ether',
    'rndis_host',
  ],
  ...['sd_mod', 'usb_storage'],
];

/** What init says when all devices have been told of, and input is awaited. */
export const READY = 'USB_READY';

const init = `#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in $(cat /modules/order); do insmod /modules/$module.ko; done
sleep 4
cd /sys/bus/usb/devices
for device in *; do
  for name in manufacturer product serial speed bConfigurationValue bInterfaceClass bAlternateSetting; do
    [ -e $device/$name ] && echo "usb $device $name $(cat $device/$name)"
  done
  [ -e $device/driver ] && echo "usb $device driver $(basename $(readlink $device/driver))"
  [ -e $device/descriptors ] && hexdump -v -e '16/1 "%02x " "\\n"' $device/descriptors | sed "s/^/usb $device descriptors /"
done
for device in /sys/class/input/event*; do
  echo "input $(basename $device) $(cat $device/device/name)"
done
for device in /sys/class/net/usb* /sys/class/net/eth*; do
  [ -e $device ] && echo "net $(basename $device) $(cat $device/address)"
done
cd /
for event in /dev/input/event*; do
  timeout 8 cat $event > /$(basename $event) &
done
sleep 1
echo ${READY}
wait
for event in event*; do
  hexdump -v -e '24/1 "%02x" "\\n"' $event | cut -c33- | sed "s/^/event $event /"
done
[ -b /dev/sda ] && mount -t vfat /dev/sda /mnt 2>/dev/null
[ -b /dev/sda ] && echo "disk $(cat /sys/block/sda/size) $(cat /sys/block/sda/device/vendor) $(cat /sys/block/sda/device/model)"
[ -b /dev/sda ] && echo "disk $(sha256sum < /dev/sda)"
[ -b /dev/sda ] && dd if=/dev/zero of=/dev/sda bs=1k seek=8 count=24 conv=notrunc 2>/dev/null && sync && echo "disk $(sha256sum < /dev/sda)"
poweroff -f
`;

/** Needs the fixtures, dpkg-deb and xz. */
export function guestImage(): Uint8Array {
  const kernel = readdirSync(packages).find((name) => /^linux-image-.*\.deb$/.test(name));
  if (kernel === undefined) throw new Error(`no kernel in ${packages} (npm run fixtures)`);
  const root = mkdtempSync(join(tmpdir(), 'firstlight-kernel-'));
  try {
    spawnSync('dpkg-deb', ['--extract', join(packages, kernel), root]);
    const modules = readModules(root, MODULES);
    const archive = writeCpio([
      ...['bin', 'dev', 'proc', 'sys', 'mnt', 'modules'].map(directory),
      characterDevice('dev/console', 5, 1),
      file('bin/busybox', readFileSync('.cache/linux/busybox'), 0o755),
      file('init', init, 0o755),
      file('modules/order', modules.map(({ name }) => `${name}\n`).join('')),
      ...modules.map(({ name, bytes }) => file(`modules/${name}.ko`, bytes)),
    ]);
    return gzip(archive, 9);
  } finally {
    rmSync(root, { recursive: true });
  }
}
