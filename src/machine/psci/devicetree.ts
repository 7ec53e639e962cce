/** PSCI in the devicetree, property by property as QEMU 7.2 writes it. Linux, bindings/arm/psci.yaml. */
import { cells, node, strings, type DeviceTreeNode } from '../devicetree.js';
import type { Conduit } from './psci.js';

export function psciNode(method: Conduit): DeviceTreeNode {
  return node('psci', {
    migrate: cells(0xc400_0005),
    cpu_on: cells(0xc400_0003),
    cpu_off: cells(0x8400_0002),
    cpu_suspend: cells(0xc400_0001),
    method: strings(method),
    compatible: strings('arm,psci-1.0', 'arm,psci-0.2', 'arm,psci'),
  });
}
