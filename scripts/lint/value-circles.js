/**
 * ESLint rule: modules of src/ do not import values from each other in a circle. In a circle it depends on who is loaded
 * first whether a class is there yet when it is extended. `import type` is free: it is gone at run time.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A statement that imports or re-exports values from a relative module, or runs it, as Prettier lays it out. */
const valueImport = /^(?:(?:import|export)(?! type )[^;'"]* from |import )'(\.[^']+)';$/gm;

/** The relative modules that a file imports values from, or runs: paths of the .ts files. */
function valueImports(path, text) {
  return [...text.matchAll(valueImport)].map(([, from]) => join(dirname(path), from.replace(/\.js$/, '.ts')));
}

/** By path of a file below `root`: what it imports values from. */
function importGraph(root) {
  const paths = readdirSync(root, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, name));
  return new Map(paths.map((path) => [path, valueImports(path, readFileSync(path, 'utf8'))]));
}

/** A way from one file to another along imports, both ends included, or undefined. The shortest one. */
function wayFrom(graph, start, end) {
  const before = new Map([[start, undefined]]);
  for (const path of before.keys()) {
    if (path === end) {
      const way = [];
      for (let at = path; at !== undefined; at = before.get(at)) way.unshift(at);
      return way;
    }
    for (const next of graph.get(path) ?? []) if (!before.has(next)) before.set(next, path);
  }
  return undefined;
}

const graphs = new Map();

function graphOf(root) {
  if (!graphs.has(root)) graphs.set(root, importGraph(root));
  return graphs.get(root);
}

export const valueCircles = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const root = join(context.cwd, 'src');
    const path = context.filename;
    if (!path.startsWith(root) || !existsSync(root)) return {};
    const graph = graphOf(root);
    /** An editor lints text that is not saved yet. */
    graph.set(path, valueImports(path, context.sourceCode.text));
    return {
      'ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration'(node) {
        if (node.importKind === 'type' || node.exportKind === 'type') return;
        const from = node.source?.value;
        if (!from?.startsWith('.')) return;
        const imported = join(dirname(path), from.replace(/\.js$/, '.ts'));
        const way = wayFrom(graph, imported, path);
        if (way === undefined) return;
        const circle = [path, ...way].map((file) => file.slice(root.length + 1)).join(' -> ');
        context.report({ node, message: `A circle of imported values: ${circle}.` });
      },
    };
  },
};
