/**
 * What makes a root file system one to log in to: dropbear and its libraries, out of Debian's packages, and a start that
 * brings the network up. root has no password.
 */
import { existsSync, realpathSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arm64, downloadPackages } from '../fixtures/debian.js';
import { start, type RootFile } from './root.js';

const LOADER = 'ld-linux-aarch64.so.1';
const LIBRARIES = 'aarch64-linux-gnu';
/** Each library that dropbear is linked with, and the package that has it. */
const libraries: readonly (readonly [name: string, package_: string])[] = [
  ['libc.so.6', 'libc6'],
  ['libz.so.1', 'zlib1g'],
  ['libcrypt.so.1', 'libcrypt1'],
  ['libtomcrypt.so.1', 'libtomcrypt1'],
  ['libtommath.so.1', 'libtommath1'],
  ['libgmp.so.10', 'libgmp10'],
];

/** Goes on in the background, since Debian's kernel looks for the USB controller's power for ten seconds before it is there. */
const network = `#!/bin/sh
say() { echo "network: $*" > /dev/kmsg; }
ip link set lo up
card=
for second in $(seq 120); do
  card=$(ls /sys/class/net | grep -v '^lo$' | head -n 1)
  [ -n "$card" ] && break
  sleep 1
done
[ -n "$card" ] || { say no card; exit 1; }
ip link set $card up
udhcpc -i $card -n -q -t 10 -s /etc/udhcpc > /dev/null 2>&1 || { say $card: no lease; exit 1; }
mkdir -p /dev/pts /var/run /etc/dropbear
mount -t devpts devpts /dev/pts
dropbear -R -B && say ssh takes root without a password
`;
const lease = `#!/bin/sh
case $1 in
  deconfig) ip addr flush dev $interface ;;
  bound|renew)
    ip addr add $ip/$mask dev $interface
    ip route add default via $router
    for each in $dns; do echo "nameserver $each"; done > /etc/resolv.conf
    echo "network: $interface has $ip/$mask, router $router, name server $dns, for $lease s" > /dev/kmsg ;;
esac
`;

/** What the image has beside busybox. `base`: where packages are kept. */
export function sshFiles(base: string, progress: (line: string) => void): RootFile[] {
  const packages = downloadPackages(
    base,
    arm64,
    ['dropbear-bin', ...libraries.map(([, name]) => name)],
    progress,
  );
  const find = (package_: string, path: string): Uint8Array => {
    const root = packages.find(({ name }) => name === package_)?.root ?? '';
    const found = ['lib', 'usr/lib', ''].map((folder) => join(root, folder, path)).find(existsSync);
    if (found === undefined) throw new Error(`Debian's ${package_} has no ${path}`);
    return readFileSync(realpathSync(found));
  };
  return [
    ['etc/init.d/rcS', `${start}/etc/init.d/network &\n`, 0o755],
    ['etc/init.d/network', network, 0o755],
    ['etc/udhcpc', lease, 0o755],
    ['usr/sbin/dropbear', find('dropbear-bin', 'usr/sbin/dropbear'), 0o755],
    [`lib/${LOADER}`, find('libc6', LOADER), 0o755],
    ...libraries.map(([name, package_]): RootFile => {
      return [`lib/${LIBRARIES}/${name}`, find(package_, `${LIBRARIES}/${name}`), 0o644];
    }),
  ];
}
