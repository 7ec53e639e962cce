// Lint rules. The one rule of our own is the layering of the rooms (docs/architecture.md): a room imports
// only from the rooms listed for it, through their index.ts, and only `cli` and `host` may use node:*.
import tseslint from 'typescript-eslint';

const above = {
  isa: [],
  images: [],
  engine: ['isa'],
  machine: ['engine', 'isa'],
  boot: ['machine', 'engine', 'images', 'isa'],
  zircon: ['boot', 'machine', 'engine', 'images', 'isa'],
  observe: ['zircon', 'boot', 'machine', 'engine', 'images', 'isa'],
  host: ['observe', 'zircon', 'boot', 'machine', 'engine', 'images', 'isa'],
  cli: ['host', 'observe', 'zircon', 'boot', 'machine', 'engine', 'images', 'isa'],
};
const rooms = Object.keys(above);

/** Folders of a room may have the names of other rooms, so what `../` leaves depends on the file's depth. */
const depths = [0, 1, 2, 3];

const layering = rooms.flatMap((room) => depths.map((depth) => rulesFor(room, depth)));

/** Rules for the files of a room that lie `depth` folders deep in it. */
function rulesFor(room, depth) {
  const up = '\\.\\./'.repeat(depth + 1);
  const others = rooms.filter((other) => other !== room);
  const forbidden = others.filter((other) => !above[room].includes(other));
  const patterns = [];
  if (forbidden.length > 0) {
    patterns.push({
      regex: `^${up}(${forbidden.join('|')})(/|$)`,
      message: `src/${room} may import only from: ${above[room].join(', ') || 'nothing'}.`,
    });
  }
  patterns.push({
    regex: `^${up}(${others.join('|')})/(?!index\\.js$)`,
    message: 'Import another room through its index.js.',
  });
  if (room !== 'cli' && room !== 'host') {
    patterns.push({ regex: '^node:', message: 'Only src/cli and src/host may import node:*.' });
  }
  return {
    files: [`src/${room}/${'*/'.repeat(depth)}*.ts`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'node_modules/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  ...layering,
);
