import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/events/failure.ts';
import { loadProject } from '../../../src/definitions/load-project.ts';
import type { LoadProjectDeps } from '../../../src/definitions/load-project.ts';
import { FORMAT_NAMES } from '../../../src/checks/diagnostics/read-output.ts';
import { OUTPUT_FORMATS } from '../../../src/model/module.ts';
import type { Project } from '../../../src/model/project.ts';
import { summary, shown } from '../../support/definition-failures.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function filesWith(text: string): MemoryFiles {
  return new MemoryFiles({
    '/p/dev.yaml': text,
    '/p/common/package.json': '{}',
    '/p/api/package.json': '{}',
    '/p/api/package-lock.json': '{}',
    '/p/web/index.ts': '',
  });
}

function load(text: string, deps: Partial<LoadProjectDeps> = {}) {
  return loadProject('/p', {
    files: filesWith(text),
    imageNames: ['node', 'go'],
    catalogue: ['postgres', 'redis'],
    ...deps,
  });
}

function project(text: string, deps: Partial<LoadProjectDeps> = {}): Project {
  const loaded = load(text, deps);
  if (!loaded.ok) throw new Error(shown(loaded.failure));
  return loaded.value;
}

function failures(text: string, deps: Partial<LoadProjectDeps> = {}): readonly Failure[] {
  const loaded = load(text, deps);
  if (loaded.ok) throw new Error('no failure');
  return loaded.failure;
}

describe('a right dev.yaml', () => {
  it('fills in every default', () => {
    expect(
      project('name: shop\nmodules: { api: { image: node, run: node ., install: false } }').modules,
    ).toEqual([
      {
        name: 'api',
        path: 'api',
        image: 'node',
        uses: [],
        install: undefined,
        checks: [],
        run: 'node .',
        restart: 'on-compile',
        artifact: [],
        ignore: [],
      },
    ]);
  });

  it('takes a check as text or with options', () => {
    const [module] = project(`
name: shop
modules:
  api:
    image: node
    lint: npx eslint .
    compile: tsc
    test: { run: npm test, timeout: 1m30s, daemon: true, format: node-test, pattern: '(?<file>.*)' }
`).modules;
    expect(module?.checks).toEqual([
      { kind: 'compile', run: 'tsc', timeoutMs: 600_000, daemon: false, formats: [] },
      {
        kind: 'test',
        run: 'npm test',
        timeoutMs: 90_000,
        daemon: true,
        formats: ['node-test'],
        pattern: '(?<file>.*)',
      },
      { kind: 'lint', run: 'npx eslint .', timeoutMs: 600_000, daemon: false, formats: [] },
    ]);
    expect(module?.restart).toBe('never');
  });

  it('takes the install by lockfile, another command for it, all of it, or none', () => {
    const byLockfile = {
      run: 'npm ci',
      lockfiles: ['package-lock.json', 'package.json'],
      directories: ['node_modules'],
    };
    const installed = (value: string) =>
      project(`name: shop\nmodules: { api: { image: node${value} } }`).modules[0]?.install;
    expect(installed('')).toEqual(byLockfile);
    expect(installed(', install: make')).toEqual({ ...byLockfile, run: 'make' });
    expect(installed(', install: { run: make, directories: [/cache] }')).toEqual({
      ...byLockfile,
      run: 'make',
      directories: ['/cache'],
    });
    expect(installed(', install: false')).toBeUndefined();
  });

  it('takes services by entry, windows and probes in their short forms', () => {
    const loaded = project(`
name: shop
modules:
  api: { image: node, run: node . }
services:
  db: postgres
  cache: { from: redis }
windows:
  - name: backend
    layout: main-left
    panes:
      - logs: api
      - console: db
      - checks: api
      - tools
      - probe: order
      - { command: htop, in: api }
      - command: date
probes:
  order:
    request: { url: 'https://proxy/orders', method: POST, json: { sku: 1 }, expect: 201, timeout: 1s }
    stages:
      - api: POST http://api:3000/orders
      - { service: db, name: store, url: postgres, after: api, expect: { status: [200], matches: '^a' } }
`);
    expect([...loaded.services]).toEqual([
      ['db', 'postgres'],
      ['cache', 'redis'],
    ]);
    expect(loaded.windows).toEqual([
      {
        name: 'backend',
        layout: 'main-left',
        panes: [
          { kind: 'logs', service: 'api' },
          { kind: 'console', service: 'db' },
          { kind: 'checks', module: 'api' },
          { kind: 'tools' },
          { kind: 'probe', probe: 'order' },
          { kind: 'command', run: 'htop', in: 'api' },
          { kind: 'command', run: 'date', in: 'host' },
        ],
      },
    ]);
    expect(loaded.probes).toEqual([
      {
        name: 'order',
        request: {
          url: 'https://proxy/orders',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"sku":1}',
          expect: { status: [201] },
          timeoutMs: 1000,
        },
        stages: [
          {
            name: 'api',
            service: 'api',
            url: 'http://api:3000/orders',
            method: 'POST',
            headers: {},
            expect: { status: [] },
            timeoutMs: 5000,
          },
          {
            name: 'store',
            service: 'db',
            url: 'postgres',
            method: 'GET',
            headers: {},
            expect: { status: [200], matches: '^a' },
            timeoutMs: 5000,
            after: 'api',
          },
        ],
      },
    ]);
  });

  it('may have anchors, merge keys, a byte order mark and x- keys', () => {
    const loaded = project(`\uFEFF
name: shop
x-node: &node { image: node, lint: npx eslint . }
modules:
  api: { <<: *node }
  common: { <<: *node, lint: biome }
`);
    expect(loaded.modules.map(({ checks }) => checks[0]?.run)).toEqual(['npx eslint .', 'biome']);
  });
});

describe('a missing or unreadable dev.yaml', () => {
  it.each([
    ['', 'dev.yaml is empty'],
    ['# only a comment\n', 'dev.yaml is empty'],
    ['- a\n', 'the file must be a mapping, not a list'],
    ['hello', 'the file must be a mapping, not "hello"'],
  ])('%j: %s', (text, what) => {
    expect(failures(text)).toMatchObject([{ reason: 'definition', what, at: { line: 1 } }]);
  });

  it('is told when there is none, or when it cannot be read', () => {
    const files = new MemoryFiles({ '/p/x': '' });
    expect(loadProject('/p', { files })).toMatchObject({
      failure: [
        {
          what: 'there is no dev.yaml in /p',
          cure: 'Write one: "name: shop" is enough to begin with',
        },
      ],
    });
    files.put('/p/dev.yaml', 'name: shop');
    files.fault('/p/dev.yaml', 'read', 'EACCES');
    expect(loadProject('/p', { files })).toMatchObject({ failure: [{ reason: 'files' }] });
  });

  it('is told with the first byte that is not UTF-8', () => {
    const files = new MemoryFiles();
    files.put('/p/dev.yaml', Buffer.from([...Buffer.from('name: shop\n# caf'), 0xe9, 0x0a]));
    const loaded = loadProject('/p', { files });
    expect(loaded).toMatchObject({
      failure: [{ what: 'dev.yaml is not UTF-8 text', at: { line: 2, column: 6 } }],
    });
    files.put('/p/dev.yaml', Buffer.from('\uFEFFname: shop', 'utf16le'));
    expect(loadProject('/p', { files })).toMatchObject({
      failure: [{ why: 'it starts like UTF-16', at: { line: 1, column: 1 } }],
    });
  });

  it('is told when it is absurdly big', () => {
    expect(summary(failures(`name: shop\n#${'x'.repeat(2 ** 20)}`))).toEqual([
      '1:1 «» dev.yaml is too big: 1024 KiB',
    ]);
  });
});

describe('YAML mistakes', () => {
  it.each([
    [
      'name: a\nname: b\n',
      ['2:1 «name» the key name is there twice | Join the two, or remove one'],
    ],
    [
      'name: shop\nmodules:\n\tapi: {}\n',
      ['3:1 «\t» a tab is used to indent | Indent with spaces: YAML allows no tabs'],
    ],
    [
      'name: *nobody\n',
      [
        '1:7 «*nobody» the alias *nobody has no anchor | Put &nobody before the value that it stands for, further up',
      ],
    ],
    [
      'name: a\n---\nname: b\n',
      [
        '2:1 «---» a second document starts here | Remove the --- line: the file holds one document',
      ],
    ],
    [
      'name: a: b\n',
      [
        '1:7 «a» a key stands where a value was expected | Check the indentation of this line, and quote a value that has ": " in it',
      ],
    ],
    [
      'name: [a\nmodules',
      [
        '2:1 «m» a [ has no ] | Close it with ], here or before; lines between the two are indented',
      ],
    ],
    [
      'modules: { api: {',
      [
        '1:17 «{» a { has no } | Close it with }, here or before; lines between the two are indented',
      ],
    ],
    ['name: "a\n', ['1:8 «a» not valid YAML: missing closing "quote']],
  ])('%j', (text, expected) => {
    expect(summary(failures(text))).toEqual(expected);
  });

  it('stops an alias bomb', () => {
    const levels = ['a: &a [1,1,1,1,1,1,1,1,1,1]'];
    for (const to of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      const from = String.fromCharCode(to.charCodeAt(0) - 1);
      levels.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(',')}]`);
    }
    expect(failures(levels.join('\n'))).toMatchObject([
      { what: 'aliases multiply past every measure', at: { line: 2 } },
    ]);
  });

  it('tells all of them', () => {
    expect(summary(failures('a: 1\na: 2\nb: @x\nname: shop\nname: shop\n'))).toHaveLength(3);
  });
});

describe('wrong keys and values', () => {
  it('shows place, marks, reason and cure of each', () => {
    expect(
      shown(failures('name: shop\nmodules:\n  api:\n    imge: node\n    restart: always\n')),
    ).toBe(
      [
        'error: unknown key "imge" in modules.api',
        '  dev.yaml:4:5',
        '   4 │     imge: node',
        '     │     ^^^^',
        '  fix: Did you mean "image"?',
        '',
        'error: modules.api.restart cannot be "always"',
        '  dev.yaml:5:14',
        '   5 │     restart: always',
        '     │              ^^^^^^',
        '  fix: It can be: on-compile, never',
      ].join('\n'),
    );
  });

  it.each([
    ['modules: {}', '1:1 «modules» dev.yaml lacks the key "name" | Add name: …'],
    ['name: Shop', '1:7 «Shop» name cannot be "Shop"'],
    ['name: a\nmodles: {}', '2:1 «modles» unknown key "modles" | Did you mean "modules"?'],
    [
      'name: a\nzzz: {}',
      '2:1 «zzz» unknown key "zzz" | Known keys: name, modules, services, windows, probes',
    ],
    ['name: a\nmodules: [x]', '2:1 «modules» modules must be a mapping, not a list'],
    ['name: a\nmodules: {Api: {image: node}}', '2:11 «Api» "Api" is not a good name'],
    ['name: a\nmodules: {api: {}}', '2:11 «api» modules.api lacks the key "image" | Add image: …'],
    ['name: a\nmodules: {api: {image: 20}}', '2:24 «20» modules.api.image must be text, not 20'],
    ['name: a\nmodules: {api: {image: ""}}', '2:24 «""» modules.api.image cannot be ""'],
    [
      'name: a\nmodules: {api: {image: node, test: {rum: x}}}',
      '2:37 «rum» unknown key "rum" in modules.api.test | Did you mean "run"?',
    ],
    [
      'name: a\nmodules: {api: {image: node, tset: x}}',
      '2:30 «tset» unknown key "tset" in modules.api | Did you mean "test"?',
    ],
    [
      'name: a\nmodules: {api: {image: node, test: {run: x, timeout: 2 min}}}',
      '2:54 «2 min» modules.api.test.timeout cannot be "2 min"',
    ],
    [
      'name: a\nmodules: {api: {image: node, test: [x]}}',
      '2:30 «test» modules.api.test must be text or a mapping, not a list',
    ],
    [
      'name: a\nwindows: [{name: x, panes: [{log: a}]}]',
      '2:30 «log» unknown key "log" in windows[0].panes[0] | Did you mean "logs"?',
    ],
    [
      'name: a\nwindows: [{name: x, panes: [tool]}]',
      '2:29 «tool» windows[0].panes[0] must be tools or a mapping, not "tool" | Did you mean "tools"?',
    ],
    ['name: a\nwindows: [{name: x, panes: []}]', '2:21 «panes» windows[0].panes cannot be a list'],
    [
      'name: a\nservices: {db: postgres}\nprobes: {o: {request: "http://x", stages: [{service: db, url: postgres, after: ap}]}}',
      '3:80 «ap» no stage before this one is named "ap" | There are none',
    ],
    [
      'name: a\nprobes: {o: {request: "http://x", stages: [{servce: db, url: "http://x"}]}}',
      '2:45 «servce» unknown key "servce" in probes.o.stages[0] | Did you mean "service"?',
    ],
  ])('%s', (text, expected) => {
    expect(summary(failures(text))).toEqual([expected]);
  });
});

describe('output formats and patterns', () => {
  it('are those that checks are read with', () => {
    expect(FORMAT_NAMES).toEqual(OUTPUT_FORMATS);
  });

  it.each([
    ['format: tcs', ['2:53 «tcs» modules.api.test.format cannot be "tcs" | Did you mean "tsc"?']],
    [
      'format: [go, jset]',
      ['2:58 «jset» modules.api.test.format[1] cannot be "jset" | Did you mean "jest"?'],
    ],
    [
      "pattern: '(?<fil>x)'",
      [
        `2:54 «'(?<fil>x)'» the pattern names a group "fil" that means nothing | Did you mean "file"?`,
        `2:54 «'(?<fil>x)'» the pattern has no group "file" | Name the part that tells the file: (?<file>[^:]+)`,
      ],
    ],
  ])('%s', (written, expected) => {
    const text = `name: a\nmodules: {api: {image: node, test: {run: x, ${written}}}}`;
    expect(summary(failures(text))).toEqual(expected);
  });
});

describe('references', () => {
  const modules = (text: string) => summary(failures(`name: a\nmodules:\n${text}`));

  it.each([
    ['  api: { image: nod }', ['3:17 «nod» there is no base image "nod" | Did you mean "node"?']],
    [
      '  api: { image: node, uses: [comon] }\n  common: { image: node }',
      ['3:30 «comon» module api uses "comon", which is no module | Did you mean "common"?'],
    ],
    [
      '  api: { image: node, path: ../x }',
      [
        '3:29 «../x» the folder of module api lies outside the project: ../x | Give a path relative to dev.yaml, inside the project',
      ],
    ],
    [
      '  aip: { image: node }',
      [
        '3:3 «aip» module aip has no folder aip | Set modules.aip.path, or make the folder. Did you mean "api"?',
      ],
    ],
    [
      '  api: { image: node, path: dev.yaml }',
      ['3:29 «dev.yaml» dev.yaml of module api is a file, not a folder'],
    ],
    [
      '  api: { image: node }\n  web: { image: node, path: ./api/ }',
      [
        '4:3 «web» modules api and web have the same folder api | Give each module a folder of its own',
      ],
    ],
    [
      '  api: { image: node, install: { run: npm ci, lockfiles: package-lok.json } }',
      [
        '3:58 «package-lok.json» the lockfile package-lok.json does not exist | Did you mean "package-lock.json"?',
      ],
    ],
    [
      '  api: { image: node, test: { run: x, pattern: "(" } }',
      ['3:48 «"("» the pattern is not a regular expression'],
    ],
    [
      '  api: { image: node, artifact: ../dist }',
      [
        '3:33 «../dist» ../dist lies outside module api | Give a path relative to the folder of module api',
      ],
    ],
    [
      '  tools: { image: node, path: api }',
      ['3:3 «tools» "tools" cannot be the name of a module | Choose another name'],
    ],
  ])('%s', (text, expected) => {
    expect(modules(text)).toEqual(expected);
  });

  it('are told together with wrong keys and values elsewhere', () => {
    const text = `name: Shop
modules:
  api: { image: nod, uses: [common, web, lib] }
  common: { imge: node }
  web: { image: node, uses: api }
windows:
  - { name: w, panes: [{ logs: common }, { logs: comon }] }
`;
    expect(summary(failures(text))).toEqual([
      '1:7 «Shop» name cannot be "Shop"',
      '3:17 «nod» there is no base image "nod" | Did you mean "node"?',
      '3:37 «web» modules use one another in a circle: api → web → api | Move what they share into a module of its own that both use',
      '3:42 «lib» module api uses "lib", which is no module | Modules are: api, common, web',
      '4:13 «imge» unknown key "imge" in modules.common | Did you mean "image"?',
      '7:50 «comon» there is no service "comon" | Did you mean "common"?',
    ]);
  });

  it('prints a circle of modules, each step with its line', () => {
    const text = `name: a
modules:
  api: { image: node, uses: [common] }
  common:
    image: node
    uses: web
  web:
    image: node
    uses:
      - api
`;
    expect(failures(text)).toMatchObject([
      {
        what: 'modules use one another in a circle: api → common → web → api',
        at: { line: 3, column: 30 },
        detail: [
          'dev.yaml:3:30 api uses common',
          'dev.yaml:6:11 common uses web',
          'dev.yaml:10:9 web uses api',
        ],
      },
    ]);
    expect(modules('  api: { image: node, uses: api }')).toHaveLength(1);
  });

  it('does not follow a symlink out of the project', () => {
    const files = filesWith('name: a\nmodules: { lib: { image: node } }');
    files.put('/elsewhere/x', '');
    files.link('/p/lib', '/elsewhere');
    const loaded = loadProject('/p', { files });
    expect(loaded).toMatchObject({
      failure: [
        {
          what: 'the folder of module lib lies outside the project',
          why: 'lib is a symlink to /elsewhere',
        },
      ],
    });
  });

  it('sees that two paths are one folder through a symlink', () => {
    const files = filesWith('name: a\nmodules: { api: { image: node }, lib: { image: node } }');
    files.link('/p/lib', 'api');
    const loaded = loadProject('/p', { files });
    expect(loaded).toMatchObject({
      failure: [{ what: 'modules api and lib have the same folder lib' }],
    });
  });

  it('tells services that are not in the catalogue, and names that are taken', () => {
    const text =
      'name: a\nmodules: { api: { image: node } }\nservices: { db: postgrs, api: redis }';
    expect(summary(failures(text))).toEqual([
      '3:17 «postgrs» the catalogue has no service "postgrs" | Did you mean "postgres"?',
      '3:26 «api» "api" is a module and a service | Rename one of the two: a module runs as the service of its name',
    ]);
  });

  it('knows the services of the Compose files, and tells the others', () => {
    const text =
      'name: a\nwindows: [{ name: w, panes: [{ logs: mailer }, { logs: maler }, { probe: x }] }]';
    const files = filesWith(text);
    files.put('/p/compose/base.yaml', 'services: { mailer: {} }');
    const loaded = loadProject('/p', { files });
    if (loaded.ok) throw new Error('no failure');
    expect(summary(loaded.failure)).toEqual([
      '2:56 «maler» there is no service "maler" | Did you mean "mailer"?',
      '2:74 «x» there is no probe "x" | There are none',
    ]);
    files.put('/p/compose/base.yaml', 'include: [other.yaml]');
    const again = loadProject('/p', { files });
    if (again.ok) throw new Error('no failure');
    expect(summary(again.failure)).toHaveLength(1);
  });
});
