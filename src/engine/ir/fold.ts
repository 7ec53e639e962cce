/** Folding: operations whose arguments say what they give. Only integers: what a NaN becomes is the executor's to say. */
import type { Node } from './nodes.js';
import { ops } from './ops/index.js';

type Operation = Node & { kind: 'op' };
type Constant = Node & { kind: 'const' };

const isConstant = (node: Node): node is Constant => node.kind === 'const' && node.type !== 'v128';

/** Operations that give their first argument if the second is 0, and their second if the first is. */
const rightZero = new Set(['add', 'sub', 'or', 'xor', 'shl', 'shr_u', 'shr_s', 'rotl', 'rotr']);
const leftZero = new Set(['add', 'or', 'xor']);

/** The node, or one that has the same value and is simpler: a constant or one of its arguments. */
export function fold(node: Node): Node {
  if (node.kind === 'op') return foldOperation(node);
  if (node.kind !== 'select') return node;
  const [a, b, condition] = node.args;
  if (!isConstant(condition)) return node;
  return condition.value === 0n ? b : a;
}

function foldOperation(node: Operation): Node {
  const { op, type, args } = node;
  const row = ops[op];
  if (type === 'v128' || row.floatParameters === true || row.floatResult === true) return node;
  const [left, right] = args;
  if (args.every(isConstant)) {
    if (/\.(div|rem)_/.test(op) && (right as Constant).value === 0n) return node;
    const value = row.evaluate(
      args.map((arg) => arg.value),
      node.lane,
    );
    return { kind: 'const', type, value: BigInt.asUintN(type === 'i32' ? 32 : 64, value) };
  }
  if (args.length !== 2 || left.type !== type) return node;
  const name = op.slice(op.indexOf('.') + 1);
  if (isConstant(right) && right.value === 0n && rightZero.has(name)) return left;
  if (isConstant(left) && left.value === 0n && leftZero.has(name)) return right;
  return node;
}
