/**
 * Vectors that are two doublewords: what LDP and STP of X registers move. Hosts have general registers apart from those of
 * vectors, so where both doublewords can be moved by themselves they are.
 */
import type { Block, Node } from '../ir/nodes.js';
import { isEffect, usedBy } from '../ir/uses.js';

type Operation = Node & { kind: 'op' };
type Load = Node & { kind: 'load' };

/** The loads of which nothing but doublewords is used. */
export function loadsOfPairs(block: Block): ReadonlySet<Node> {
  const loads = new Set<Node>();
  const visit = (statements: Block): void => {
    for (const statement of statements) {
      if (!isEffect(statement)) {
        if (statement.kind === 'load' && statement.bytes === 16) loads.add(statement);
        else if (doubleword(statement) !== undefined) continue;
      } else if (statement.kind === 'if') {
        visit(statement.then);
        visit(statement.else);
      } else if (statement.kind === 'while') {
        visit(statement.head);
        visit(statement.body);
      }
      for (const node of usedBy(statement)) loads.delete(node);
    }
  };
  visit(block);
  return loads;
}

/** Which doubleword of which load a node is. */
export function doubleword(node: Node): { readonly load: Load; readonly lane: number } | undefined {
  if (node.kind !== 'op' || node.op !== 'i64x2.extract_lane') return undefined;
  const [load] = node.args;
  return load.kind === 'load' ? { load, lane: node.lane } : undefined;
}

/** The doublewords that a vector is made of, the low one first, if it is made so. */
export function pairOf(node: Node): readonly [low: Node, high: Node] | undefined {
  if (node.kind !== 'op' || node.op !== 'i64x2.replace_lane' || node.lane !== 1) return undefined;
  const [low, high] = node.args as readonly [Operation, Node];
  return low.kind === 'op' && low.op === 'i64x2.splat' ? [low.args[0], high] : undefined;
}
