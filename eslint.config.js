// Lint rules. Those of our own are about who imports what (docs/architecture.md): a room imports only from the rooms
// listed for it, through their index.ts, and only `cli` and `host` may use node:*; the folders of `zircon` have an order;
// values are never imported in a circle.
import tseslint from 'typescript-eslint';
import { valueCircles } from './scripts/lint/value-circles.js';

const above = {
  isa: [],
  images: [],
  engine: ['isa'],
  network: ['engine'],
  machine: ['network', 'engine', 'isa'],
  boot: ['machine', 'network', 'engine', 'images', 'isa'],
  zircon: ['boot', 'machine', 'network', 'engine', 'images', 'isa'],
  observe: ['zircon', 'boot', 'machine', 'network', 'engine', 'images', 'isa'],
  debug: ['observe', 'zircon', 'boot', 'machine', 'network', 'engine', 'images', 'isa'],
  host: ['debug', 'observe', 'zircon', 'boot', 'machine', 'network', 'engine', 'images', 'isa'],
  cli: ['host', 'debug', 'observe', 'zircon', 'boot', 'machine', 'network', 'engine', 'images', 'isa'],
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
    // What a browser cannot have of `host` has a door of its own.
    regex: `^${up}(${others.join('|')})/(?!index\\.js$|sockets/index\\.js$)`,
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

/** Folders of src/zircon, docs/zircon.md: each takes values only from those before it, types from anywhere. */
const zirconFolders = [
  ...[
    'abi',
    'images',
    'vm',
    'sched',
    'objects',
    'ipc',
    'exceptions',
    'limits',
    'hardware',
    'tracing',
    'debug-commands',
    'launch',
    'syscalls',
  ],
  'state',
];
const kernelModules = 'kernel|boot|index';

const zirconOrder = zirconFolders.flatMap((folder, i) => [0, 1].map((depth) => orderFor(folder, i, depth)));

/** The rule for the files that lie `depth` folders deep in a folder of src/zircon. */
function orderFor(folder, place, depth) {
  const up = '\\.\\./'.repeat(depth + 1);
  const later = zirconFolders.slice(place + 1);
  // The kernel comes after all folders but that which writes all of it down.
  const patterns = [
    ...later.map((name) => `${name}/`),
    ...(later.length > 0 ? [`(${kernelModules})\\.js$`] : []),
  ];
  const message = 'Folders of src/zircon take values only from those before them: docs/zircon.md.';
  const allowTypeImports = true;
  return {
    files: [`src/zircon/${folder}/${'*/'.repeat(depth)}*.ts`],
    ignores: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: patterns.map((pattern) => ({ regex: `^${up}${pattern}`, message, allowTypeImports })) },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/', '.cache/', 'node_modules/'] },
  ...tseslint.configs.recommended,
  {
    // What only types can tell: promises that nobody waits for, values that are of no known type, casts for nothing.
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'file', name: 'StatusError' }] }],
      // An interface may promise more than one implementation has to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // Tests read JSON that commands print.
    files: ['**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  ...layering,
  ...zirconOrder,
  {
    files: ['src/**/*.ts'],
    plugins: { firstlight: { rules: { 'value-circles': valueCircles } } },
    rules: { 'firstlight/value-circles': 'error' },
  },
);
