/** What interrupts are for, as the board's devicetree tells. Linux, bindings/interrupt-controller/arm,gic.yaml. */
import type { Board, DeviceTreeNode } from '../../machine/index.js';

/** Where the numbers of shared and of private interrupts of a GIC begin; the first cell says which it is. */
const firstNumber = [32, 16];
const CELLS = 3;
/** Linux, bindings/timer/arm,arch_timer.yaml: in this order. */
const timerNames = ['secure timer', 'physical timer', 'virtual timer', 'hypervisor timer'];

/** Names by number, of a board with a GIC. */
export function interruptNames(board: Board): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const root = board.deviceTree(board.psci);
  if (root !== undefined) collect(root, names);
  return names;
}

function collect(node: DeviceTreeNode, names: Map<number, string>): void {
  const bytes = node.properties.get('interrupts');
  if (bytes !== undefined && bytes.length % (4 * CELLS) === 0) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < bytes.length / (4 * CELLS); i++) {
      const number = firstNumber[view.getUint32(4 * CELLS * i)] + view.getUint32(4 * CELLS * i + 4);
      names.set(number, node.name === 'timer' ? timerNames[i] : node.name.split('@')[0]);
    }
  }
  for (const child of node.children) collect(child, names);
}
