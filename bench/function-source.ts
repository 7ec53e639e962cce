/** Functions in the source text of compiled files, by position: which of them handle BigInts. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const files = new Map<string, ts.SourceFile>();

function sourceFile(path: string): ts.SourceFile {
  const known = files.get(path);
  if (known !== undefined) return known;
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  files.set(path, file);
  return file;
}

/** The innermost function around a position. */
function functionAt(file: ts.SourceFile, position: number): ts.Node {
  let found: ts.Node = file;
  const visit = (node: ts.Node): void => {
    if (position < node.pos || position >= node.end) return;
    if (ts.isFunctionLike(node)) found = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const isBigIntName = (name: string): boolean => /BigU?[iI]nt/.test(name);

/** Whether BigInts are made or named in a function itself, not in functions within it. */
function namesBigInts(node: ts.Node): boolean {
  const visit = (child: ts.Node): boolean => {
    if (ts.isBigIntLiteral(child)) return true;
    if (ts.isIdentifier(child) && isBigIntName(child.text)) return true;
    return !ts.isFunctionLike(child) && (ts.forEachChild(child, (c) => visit(c) || undefined) ?? false);
  };
  return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
}

/** `line` and `column` count from 0 and are those at which V8 says that the function begins. */
export function handlesBigInts(path: string, line: number, column: number): boolean {
  const file = sourceFile(path);
  return namesBigInts(functionAt(file, file.getPositionOfLineAndCharacter(line, column)));
}
