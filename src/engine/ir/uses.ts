/** What the statements of a recording use, and which of them matter. */
import type { Block, Effect, Node, Statement } from './nodes.js';

export function isEffect(statement: Statement): statement is Effect {
  return !('type' in statement);
}

/** Whether a node's value does not depend on when it is computed, so that it can be computed where it is used. */
export function isPure(node: Node): boolean {
  switch (node.kind) {
    case 'const':
    case 'op':
    case 'select':
    case 'shuffle':
    case 'immediate':
    case 'pc':
    case 'parameter':
      return true;
    default:
      return false;
  }
}

/** Whether a node does something even if nothing uses its value. */
export function actsUnused(node: Node): boolean {
  return node.kind === 'load' || node.kind === 'call';
}

/** What an executor does in a shorter way than it is recorded. */
export interface Shortcuts {
  /** Conditions, which it knows without the flags. */
  readonly conditions: boolean;
  /** An effect of setting flags, of which it keeps what is compared. */
  readonly comparison: Effect | undefined;
  /** Reads of registers that may as well be done where their values are used. */
  readonly movable: ReadonlySet<Node>;
}

export const asRecorded: Shortcuts = { conditions: false, comparison: undefined, movable: new Set() };

/** The nodes that a statement uses directly. */
export function usedBy(statement: Statement, shortcuts: Shortcuts = asRecorded): readonly Node[] {
  switch (statement.kind) {
    case 'op':
      return shortcuts.conditions && statement.condition !== undefined ? [] : statement.args;
    case 'setFlags': {
      const { result, carry, overflow, compared } = statement;
      if (statement === shortcuts.comparison && compared !== undefined) return compared;
      return [result, result, carry, overflow];
    }
    case 'select':
    case 'shuffle':
    case 'call':
    case 'host':
      return statement.args;
    case 'writeX':
    case 'writeFixedX':
    case 'writeV':
    case 'writeFixedV':
    case 'setCell':
    case 'setVariable':
      return [statement.value];
    case 'load':
      return [statement.address];
    case 'store':
      return [statement.address, statement.value];
    case 'if':
    case 'while':
      return [statement.condition];
    case 'branch':
      return statement.condition === undefined ? [statement.target] : [statement.target, statement.condition];
    case 'branchRelative':
    case 'branchFixed':
      return statement.condition === undefined ? [] : [statement.condition];
    default:
      return [];
  }
}

/**
 * How often each node of a block is used, by statements that matter; `results` are used once more. Nodes that only
 * dead nodes use are not in it.
 */
export function countUses(
  block: Block,
  results: readonly Node[] = [],
  shortcuts: Shortcuts = asRecorded,
): ReadonlyMap<Node, number> {
  const uses = new Map<Node, number>();
  const use = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
  // From the end, so that it is known of a node whether anything uses it.
  const count = (statements: Block): void => {
    for (let i = statements.length - 1; i >= 0; i--) {
      const statement = statements[i];
      if (!isEffect(statement)) {
        if (!uses.has(statement) && !actsUnused(statement)) continue;
      } else if (statement.kind === 'if') {
        count(statement.else);
        count(statement.then);
      } else if (statement.kind === 'while') {
        count(statement.body);
        use(statement.condition);
        count(statement.head);
        continue;
      }
      for (const node of usedBy(statement, shortcuts)) use(node);
    }
  };
  for (const node of results) use(node);
  count(block);
  return uses;
}
