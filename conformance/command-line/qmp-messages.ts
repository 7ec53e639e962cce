/** What a client of QMP sends: as it should, and as it should not. */

const execute = (name: string, given?: unknown): string =>
  JSON.stringify({ execute: name, ...(given === undefined ? {} : { arguments: given }) });

/** Before and in the negotiation. */
export const greeting: readonly string[] = [
  execute('query-status'),
  execute('nosuch'),
  ...['{}', '[]', '5', 'null', '"a"', "'a'", '{"execute":5}', '{"execute":null}', '{"id":5,"execute":7}'],
  ...['{"execute":"qmp_capabilities","bar":1}', '{"exec-oob":"query-status"}', '{"id":[1,{"a":null}]}'],
  execute('qmp_capabilities', 5),
  execute('qmp_capabilities', { enable: ['foo'] }),
  execute('qmp_capabilities', { enable: 5 }),
  execute('qmp_capabilities', { enable: [5] }),
  execute('qmp_capabilities', { foo: 5 }),
  '{"execute":"qmp_capabilities","id":{"a":[1,2.5,null,true,{}]}}',
  execute('qmp_capabilities'),
];

const ids = [
  ...[
    '12345678901234567890',
    '123456789012345678901234567890',
    '-9223372036854775808',
    '1.50',
    '1e3',
    '1e400',
  ],
  ...[
    '-0',
    '0.1',
    '1e-5',
    '1.5e-7',
    '100000000000000000.5',
    '2.5e16',
    '123456.75',
    '-1e400',
    '0e0',
    '[]',
    '{}',
  ],
  ...[
    '"ü\\u00fc\\n\\t\\"\\\\\\/\\b\\f\\r\\u0001\\u007f"',
    '"\\ud83d\\ude00😀"',
    '"\\u0000"',
    '"\'"',
    "'\\'\"'",
  ],
];

/** JSON, and what is nearly JSON. */
export const texts: readonly string[] = [
  ...ids.map((id) => `{"execute":"query-name","id":${id}}`),
  ...['{"execute":"query-status",}', '{"execute":"query-status"\n}', '{"execute" "query-status"}', '{5:1}'],
  ...[
    '{"execute":query-status}',
    '{"execute":"query-status"]}',
    '}',
    ']',
    '{"a":1\n]',
    '{"a":tru}',
    '{"a":@}',
  ],
  ...['nul', 'abc def', '{"a":01}', '{"a":1.}', '{"a":1e}', '{"a":-}', '{"a":"\\x"}', '{"a":"\\u12"}', '[}'],
  ...[
    '{"a":"\\ud800"}',
    '{"a":"\\ud800\\u0041"}',
    '{"a":"\\udc00"}',
    '{"a":"\\uffff"}',
    '{"execute":"qüery"}',
  ],
  ...['{"execute":"query-name","execute":"foo"}', '{"a"}', '{"a":}', '{,}', '[1,]', '[1 2]', '%', '{"a":%d}'],
  ...[
    '{"execute":"query-name" "id":1}',
    '{"execute":"query-name"} foo',
    ',',
    ':',
    '"abc',
    '"\u0001"',
    '\u0001',
  ],
  ...[
    '{"execute":"query-name"}{"execute":"query-name","id":1}',
    'A',
    '{"a":{"b":[{]}}}',
    `${'['.repeat(1025)}`,
  ],
  ...['{"execute":"query-name","arguments":null}', '{"execute":"query-name","control":{}}', '{"a":"\\u12x"}'],
];

const key = (data: unknown, type = 'qcode') => ({ type, data });
const send = (keys: unknown, more = {}): string => execute('send-key', { keys, ...more });
const inputs = (...events: unknown[]): string => execute('input-send-event', { events });
const event = (type: string, data: unknown) => ({ type, data });
const monitor = (line: unknown, more = {}): string =>
  execute('human-monitor-command', { 'command-line': line, ...more });

const queries = [
  ...['status', 'name', 'kvm', 'cpus-fast', 'uuid', 'target', 'iothreads', 'memory-size-summary'],
  ...['current-machine', 'display-options', 'memory-devices', 'block-jobs', 'nosuch'],
].map((name) => execute(`query-${name}`));

const ofInput: readonly string[] = [
  ...[
    execute('send-key'),
    send([]),
    send(5),
    send([key('nosuch')]),
    send([key(5)]),
    send([key('5', 'number')]),
  ],
  ...[send([key(5, 'number')]), send([key('a', 'foo')]), send([{ type: 'qcode' }]), send([{ data: 'a' }])],
  ...[send([5]), send([key('a')], { 'hold-time': 'x' }), send([key('a')], { 'hold-time': 1.5 })],
  ...[send([key('a')], { foo: 1 }), send([{ ...key('a'), x: 1 }]), send([key('a')], { 'hold-time': 20 })],
  ...[execute('input-send-event'), inputs(), inputs(event('key', { down: true, key: key('a') }))],
  ...[inputs(event('key', { down: true })), inputs(event('key', { down: 5, key: key('a') }))],
  ...[
    inputs(event('btn', { down: true, button: 'left' })),
    inputs(event('btn', { down: false, button: 'foo' })),
  ],
  ...[inputs(event('rel', { axis: 'x', value: 5 })), inputs(event('rel', { axis: 'z', value: 5 }))],
  ...[inputs(event('abs', { axis: 'y', value: 5 })), inputs(event('abs', { axis: 'y', value: '5' }))],
  ...[
    inputs(event('foo', {})),
    inputs(event('rel', 5)),
    execute('input-send-event', { device: 'x', events: [] }),
  ],
];

/** `@` is a directory. */
const ofFiles: readonly string[] = [
  execute('screendump'),
  execute('screendump', { filename: 5 }),
  execute('screendump', { filename: '@x', format: 'foo' }),
  execute('screendump', { filename: '@x', device: 'foo' }),
  execute('pmemsave', { val: 0, size: 16, filename: '/nope/x' }),
  execute('pmemsave', { val: 0, size: '16', filename: '@x' }),
  execute('memsave', { val: 2 ** 48, size: 16, filename: '@x' }),
  execute('memsave', { val: -1, size: 16, filename: '@x' }),
  execute('memsave', { val: 0, size: 16, filename: '@x', 'cpu-index': 9 }),
  execute('memsave', { val: 0, size: 16 }),
];

const ofMonitor: readonly string[] = [
  ...[execute('human-monitor-command'), monitor(5), monitor('info status'), monitor('nosuch'), monitor('')],
  ...[monitor('info name', { 'cpu-index': 9 }), monitor('p 1\np 2'), monitor('help x'), monitor('info uuid')],
  ...[monitor('stop'), monitor('cont'), monitor('p/x 1+2'), monitor('screendump'), monitor('cpu 0')],
];

const control: readonly string[] = [
  ...['stop', 'query-status', 'cont', 'query-status', 'cont', 'stop', 'query-status', 'stop', 'system_reset'],
  ...['query-status', 'system_powerdown', 'cont', 'system_reset', 'system_powerdown', 'query-status'],
].map((name) => execute(name));

export const disks: readonly string[] = [
  execute('qmp_capabilities'),
  execute('query-block'),
  ...[
    'info block',
    'info block hd',
    'info block nosuch',
    'savevm a',
    'savevm',
    'loadvm a',
    'loadvm',
    'info snapshots',
  ].map((line) => monitor(line)),
];

export const conversation: readonly string[] = [
  ...greeting,
  ...texts,
  ...queries,
  ...ofInput,
  ...control,
  ...ofInput,
  ...ofFiles,
  ...ofMonitor,
  execute('stop', { x: 1 }),
  execute('system_wakeup'),
  execute('quit', { x: 1 }),
  execute('quit'),
];

/** Where the client can have commands carried out before others. */
export const outOfBand: readonly string[] = [
  execute('qmp_capabilities', { enable: ['oob'] }),
  ...['{"exec-oob":"query-status"}', '{"exec-oob":"nosuch"}', '{"exec-oob":5}', execute('query-status')],
];

/** About a machine that switches itself off, or resets itself, as soon as it runs. */
export const ending: readonly string[] = [execute('qmp_capabilities'), execute('cont')];
export const goingOn: readonly string[] = [
  ...ending,
  ...['query-status', 'cont', 'stop', 'system_reset', 'query-status'].map((name) => execute(name)),
];
