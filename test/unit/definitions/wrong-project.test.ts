import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES } from '../../../src/checks/diagnostics/read-output.ts';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { shown, summary } from '../../support/definition-failures.ts';
import { failures, filesWith } from '../../support/definition-text.ts';

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
        '  fix: It can be: on-compile, after-test, never',
      ].join('\n'),
    );
  });

  it.each([
    ['modules: {}', '1:1 «modules» dev.yaml lacks the key "name" | Add name: …'],
    ['name: Shop', '1:7 «Shop» name cannot be "Shop"'],
    ['name: a\nmodles: {}', '2:1 «modles» unknown key "modles" | Did you mean "modules"?'],
    [
      'name: a\nzzz: {}',
      '2:1 «zzz» unknown key "zzz" | Known keys: name, compose, modules, services, windows, probes, commands, hooks, parity, pipeline, gates, store, router',
    ],
    ['name: a\nmodules: [x]', '2:1 «modules» modules must be a mapping, not a list'],
    ['name: a\nmodules: {Api: {image: node}}', '2:11 «Api» "Api" is not a good name'],
    ['name: a\nmodules: {api: {}}', '2:11 «api» modules.api lacks the key "image" | Add image: …'],
    [
      'name: a\nmodules: {api: {image: 20}}',
      '2:24 «20» modules.api.image must be text or a mapping, not 20',
    ],
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
      '2:29 «tool» windows[0].panes[0] must be tools or pipeline or a mapping, not "tool" | Did you mean "tools"?',
    ],
    ['name: a\nwindows: [{name: x, panes: []}]', '2:21 «panes» windows[0].panes cannot be a list'],
    [
      'name: a\nservices: {db: postgres}\nprobes: {o: {request: "http://x", stages: [{service: db, url: postgres, after: ap}]}}',
      '3:80 «ap» no stage before this one is named "ap" | There are none',
    ],
    [
      'name: a\nprobes: {o: {request: postgres}}',
      '2:23 «postgres» "postgres" says what is asked, and not where | Write stages: [SERVICE: postgres], or the address: tcp://SERVICE:port',
    ],
    [
      'name: a\nprobes: {o: {request: "http://[x"}}',
      '2:23 «"http://[x"» "http://[x" is no address that a probe can ask | Write http://host:port/path, https://… or tcp://host:port',
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
    const names = FORMAT_NAMES.join(', ');
    const text = `name: a\nmodules: {api: {image: node, test: {run: x, format: [${names}]}}}`;
    const project = loadProject('/p', { files: filesWith(text) });
    expect(project.ok && project.value.modules[0]?.checks[0]?.formats).toEqual(FORMAT_NAMES);
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
      '  api: { image: nod@24 }',
      ['3:17 «nod@24» there is no base image "nod" | Did you mean "node"?'],
    ],
    [
      '  api: { image: node@lts }',
      ['3:17 «node@lts» "node@lts" names no version | image: node@24, python@3.11'],
    ],
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
      '  api: { image: node, lint: npm run lint }\n  web: { image: node, path: ./api/, test: npm test }',
      [
        '4:37 «test» modules api and web have one folder, and web has a test of its own | Put it under modules.api',
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
    const files = filesWith(
      'name: a\nmodules: { api: { image: node, test: y }, lib: { image: node, lint: x } }',
    );
    files.link('/p/lib', 'api');
    const loaded = loadProject('/p', { files });
    expect(loaded).toMatchObject({
      failure: [{ what: 'modules api and lib have one folder, and lib has a lint of its own' }],
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
