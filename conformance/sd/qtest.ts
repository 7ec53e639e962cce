/** Carries out operations on QEMU's raspi3b. */
import { Qtest } from '../qtest.js';
import type { Operation } from './operations.js';

const letters = { 1: 'b', 2: 'w', 4: 'l' } as const;

const command = (operation: Operation): string => {
  const access = `${operation.kind}${letters[operation.size]} ${operation.address}`;
  return operation.kind === 'write' ? `${access} ${operation.value}` : access;
};

/** What each operation read; 0 for the others. `image` is the card's content, raw. */
export async function onQemu(operations: readonly Operation[], image: string): Promise<number[]> {
  const drive = `if=sd,format=raw,cache=unsafe,file=${image}`;
  const qemu = new Qtest(['-monitor', 'none', '-drive', drive]);
  try {
    const results = await qemu.ask(operations.map(command));
    return results.map((result, i) => (operations[i].kind === 'read' ? Number(result) : 0));
  } finally {
    qemu.end();
  }
}
