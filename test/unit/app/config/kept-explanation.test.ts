import { beforeEach, describe, expect, it } from 'vitest';
import { explainFiles, mergeFiles } from '../../../../src/app/config.ts';
import { recallExplained, type KeptRequest } from '../../../../src/app/config/kept-explanation.ts';
import { explain } from '../../../../src/compose/write/explain.ts';
import {
  keepPart,
  readPart,
  SourceNumbers,
  type KeptPart,
} from '../../../../src/compose/write/kept-tree.ts';
import type { Node } from '../../../../src/compose/tree.ts';
import type { World } from '../../../../src/ports/world.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';

/** Enough text to be kept: what it says of `svc7` and of the rest is beside it. */
const many = (image: string): string =>
  Array.from(
    { length: 1_000 },
    (_none, index) =>
      `  svc${index}: { image: "${image}", environment: { A: "${index}", B: "\${WHO:-nobody}", C: $UNSET }, ports: ["${10_000 + index}:80"], volumes: [./d:/d] }`,
  ).join('\n');
const BASE = `name: large\nservices:\n${many('busybox:1')}
  dotted.name: { image: x, environment: ["K.1=v", "K.2=\${WHO}"], env_file: vars.env }
  "12": { image: x, ulimits: { nofile: 9007199254740993 }, cpus: .5 }
volumes: { cache: {}, data: { driver: local } }
x-a.b: { c: 1 }
x-list: [1, .inf, -0.0]
`;
const OVER = `services:
  svc7: { image: "busybox:2", ports: !override ["1:2"], environment: { A: !reset null } }
  svc8: !reset null
volumes: { data: !reset null }
`;

const PATHS = [
  'services.svc7',
  'services.svc7.image',
  'services.svc7.ports.0',
  'services.svc7.ports[0].target',
  'services.svc7.environment.A',
  'services.svc7.environment.B',
  'services.svc7.volumes',
  'services.svc8',
  'services.svc8.image',
  'services.svc7x',
  'services.svc7.imag',
  'services.dotted.name',
  'services.dotted.name.environment.K.2',
  'services.dotted.name.env_file',
  'services.12.ulimits.nofile',
  'services.12.cpus',
  'servics.svc7',
  'volumes.data',
  'volumes.cache',
  'volumes.data.driver',
  'x-a.b.c',
  'x-a.b',
  'x-list',
  'x-list.1',
  'name',
  'services',
  '',
];

const ENVIRONMENT = { HOME: '/home/ada', WHO: 'ada' };
const REQUEST: KeptRequest = {
  files: ['base.yaml', 'over.yaml'],
  profiles: [],
  interpolate: true,
  projectName: undefined,
  program: '/opt/onestack/dist/dev-1.js',
};

let files: MemoryFiles;
const worldWith = (environment: Record<string, string> = ENVIRONMENT) => ({
  files,
  host: partly<World['host']>({ home: '/home/ada', workingDirectory: '/work', environment }),
});
const isKept = (request: KeptRequest = REQUEST, world = worldWith()): boolean =>
  recallExplained(request, 'name', world) !== undefined;

beforeEach(() => {
  files = new MemoryFiles({
    '/work/base.yaml': BASE,
    '/work/over.yaml': OVER,
    '/work/vars.env': 'V=${WHO}\n',
  });
});

describe('a large document that was explained', () => {
  it('says of every path what it says when it is merged again', () => {
    const world = worldWith();
    const merged = mergeFiles(REQUEST, world);
    if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
    expect(explainFiles(REQUEST, 'name', world).ok).toBe(true);
    expect(isKept()).toBe(true);
    let recalled = 0;
    for (const path of PATHS) {
      if (recallExplained(REQUEST, path, world) !== undefined) recalled += 1;
      const explained = explainFiles(REQUEST, path, world);
      if (!explained.ok) throw new Error(JSON.stringify(explained.failure));
      expect(explain(explained.value.merged, path), path).toEqual(explain(merged.value, path));
      expect(explained.value.notes).toEqual(['base.yaml:3: UNSET is not set, it is blank here']);
    }
    // All but whole sections, and the whole.
    expect(recalled).toBe(PATHS.length - 3);
  });

  it('is merged again when a file, a variable, the question or the tool is another', () => {
    explainFiles(REQUEST, 'name', worldWith());
    const changes: readonly (() => boolean)[] = [
      () => isKept({ ...REQUEST, files: ['base.yaml'] }),
      () => isKept({ ...REQUEST, files: ['over.yaml', 'base.yaml'] }),
      () => isKept({ ...REQUEST, profiles: ['x'] }),
      () => isKept({ ...REQUEST, interpolate: false }),
      () => isKept({ ...REQUEST, projectName: 'other' }),
      () => isKept({ ...REQUEST, program: '/opt/onestack/dist/dev-2.js' }),
      () => isKept(REQUEST, worldWith({ ...ENVIRONMENT, WHO: 'bob' })),
      () => isKept(REQUEST, worldWith({ ...ENVIRONMENT, UNSET: '' })),
    ];
    expect(changes.map((is) => is())).toEqual(changes.map(() => false));
    for (const [path, text] of [
      ['/work/base.yaml', BASE.replace('busybox:1', 'busybox:9')],
      ['/work/over.yaml', OVER.replace('"1:2"', '"1:3"')],
      ['/work/vars.env', 'V=other\n'],
      ['/work/.env', 'UNSET=set\n'],
    ] as const) {
      const before = files.read(path);
      files.put(path, text);
      expect(isKept(), path).toBe(false);
      if (before.ok && before.value !== undefined) files.put(path, before.value);
      else files.remove(path);
      expect(isKept(), path).toBe(true);
    }
  });

  it('is kept for its owner alone, a few at a time, and not at all where it is small or wrong', () => {
    explainFiles(REQUEST, 'name', worldWith());
    const kept = files.paths().filter((path) => path.includes('/explained/'));
    expect(new Set(kept.map((path) => files.mode(path)))).toEqual(new Set([0o600]));
    for (let index = 0; index < 4; index += 1) {
      explainFiles({ ...REQUEST, projectName: `p${index}` }, 'name', worldWith());
    }
    const folder = '/home/ada/.local/state/onestack/explained';
    expect(files.list(folder)).toHaveLength(4);
    files.put('/work/base.yaml', 'services: { a: { image: b } }\n');
    explainFiles(REQUEST, 'name', worldWith());
    expect(isKept()).toBe(false);
  });

  it('is merged again where what was kept is damaged or gone in part', () => {
    explainFiles(REQUEST, 'name', worldWith());
    const chunks = files.paths().filter((path) => /\/explained\/.*\/\d+\.json$/.test(path));
    expect(chunks.length).toBeGreaterThan(50);
    for (const path of chunks) files.put(path, '{');
    expect(recallExplained(REQUEST, 'services.svc7.image', worldWith())).toBeUndefined();
    const explained = explainFiles(REQUEST, 'services.svc7.image', worldWith());
    const value = explained.ok && explain(explained.value.merged, 'services.svc7.image');
    expect(value && value.ok && value.value.value).toBe('busybox:2');
  });
});

it('keeps nodes that histories share, numbers that JSON has no form for, and what was removed', () => {
  const at = { tool: 'a' };
  const shared: Node = { kind: 'scalar', type: 'string', value: 'old', at };
  const scalars: Node[] = [Number.NaN, Number.POSITIVE_INFINITY, -0, 12n, 1.5, null, true].map(
    (value) => ({ kind: 'scalar', type: 'float', value, at, over: shared }),
  );
  const list: Node = { kind: 'list', items: scalars, at, absent: true, over: shared };
  const root: Node = {
    kind: 'map',
    entries: new Map([['k', { key: at, value: list }]]),
    at,
    removed: new Map([['r', { value: shared, by: { tool: 'b' } }]]),
  };
  const numbers = new SourceNumbers();
  const text = JSON.stringify(keepPart(root, numbers));
  expect(readPart(JSON.parse(text) as KeptPart, numbers.all)).toEqual(root);
  expect(text.split('"old"')).toHaveLength(2);
});
