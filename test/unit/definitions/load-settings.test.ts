import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { loadSettings } from '../../../src/definitions/load-settings.ts';
import type { LoadedSettings } from '../../../src/definitions/load-settings.ts';
import type { Failure } from '../../../src/events/failure.ts';
import type { Project } from '../../../src/model/project.ts';
import { serviceSettings } from '../../../src/model/settings.ts';
import { shown, summary } from '../../support/definition-failures.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

const SETTINGS = '/p/dev.settings.yaml';
const DEFINITION = `name: shop
modules:
  api: { image: node, compile: npx tsc -b, test: npm test, run: node . }
  common: { image: node }
services:
  db: postgres
`;

function filesWith(settings?: string, definition = DEFINITION): MemoryFiles {
  const files = new MemoryFiles({
    '/p/dev.yaml': definition,
    '/p/api/x': '',
    '/p/common/x': '',
    '/p/web/x': '',
  });
  if (settings !== undefined) files.put(SETTINGS, settings);
  return files;
}

function projectIn(files: MemoryFiles): Project {
  const project = loadProject('/p', { files });
  if (!project.ok) throw new Error(shown(project.failure));
  return project.value;
}

function load(files: MemoryFiles, write = true) {
  return loadSettings(projectIn(files), {
    files,
    host: { home: '/home/ann', cores: 4 },
    clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) },
    write,
  });
}

function loaded(files: MemoryFiles, write = true): LoadedSettings {
  const settings = load(files, write);
  if (!settings.ok) throw new Error(shown(settings.failure));
  return settings.value;
}

function failures(text: string): readonly Failure[] {
  const settings = load(filesWith(text));
  if (settings.ok) throw new Error('no failure');
  return settings.failure;
}

describe('the first run', () => {
  it('writes every key with its default and a comment', () => {
    const files = filesWith();
    expect(loaded(files).notes).toEqual([
      'made dev.settings.yaml: your own choices, with defaults',
    ]);
    expect(files.text(SETTINGS)).toMatchInlineSnapshot(`
      "# Your own choices for shop. Git should not see this file.
      # Change any line, or remove it for its default; a running environment follows at once.
      # "dev settings KEY=VALUE" does the same from a shell.

      modules:                      # code of the team, by name
        api:                        # module in api/
          run: true                 # false: neither its container nor its checks run
          watch: true               # false: saves start nothing
          checks:                   # what runs after a save
            compile: true           # npx tsc -b
            test: true              # npm test
          containers: keep          # recreate: a new container at every dev up
          ports: {}                 # container port: host port, { 3000: 13000 }
        common:                     # module in common/
          run: true                 # false: neither its container nor its checks run
          watch: true               # false: saves start nothing
          containers: keep          # recreate: a new container at every dev up
          ports: {}                 # container port: host port, { 3000: 13000 }

      services:                     # databases, proxies and the like, by name
        db:                         # service postgres
          run: true                 # false: it does not run
          containers: keep          # recreate: a new container at every dev up
          data: keep                # recreate: its data is deleted at every dev up
          ports: {}                 # container port: host port, { 5432: 15432 }

      watch:                        # reacting to saves
        enabled: true               # false: saves start nothing
        mode: auto                  # events, poll, or auto: poll only where events do not come
        quiet: 50ms                 # how long files must be quiet before checks start
      checks:                       # checks in general
        parallel: auto              # how many run at once; auto: as many as the machine has cores
      apply: auto                   # ask: an edited definition file changes what runs only when you say so
      git: read-only                # writable: containers can commit, and leave hooks that run on your machine
      dependencies: shared          # editors see what containers install; container: only containers do
      router: true                  # false: no addresses by name here, where dev.yaml wants them
      notifications:                # when a module turns from good to bad or back
        bell: true                  # the terminal’s bell
        desktop: false              # a desktop notification
      dashboard:                    # dev dash
        prefix: C-b                 # the key before its keys, as in tmux
      tools:                        # dev tools
        engine_socket: false        # true: the tools container can control the engine
      compose:                      # what differs from Compose; as-written: nothing does
        ports: loopback             # of this machine alone, where the file names no address
        health: early               # asked every second at the start, where there is no start_interval
        container_names: scoped     # one of its own, where another project has that container_name
      certificates:                 # generated ones, unless you give your own
        company_ca: auto            # none, or paths; auto: found from the system’s store, NODE_EXTRA_CA_CERTS, S…
        # server: { certificate: ~/my.crt, key: ~/my.key } # your own server certificate
        # ca: { certificate: ~/ca.crt, key: ~/ca.key } # your own CA
      credentials: {}               # secret: a file with your own value, { db-password: ~/secret }
      "
    `);
  });

  it('writes what it reads back as the defaults', () => {
    const files = filesWith();
    const first = loaded(files).settings;
    expect(loaded(files)).toEqual({ settings: first, notes: [] });
    expect(first.checks.parallel).toBe(4);
    expect(first.modules.get('api')).toEqual({
      run: true,
      watch: true,
      checks: { compile: true, test: true, lint: true },
    });
    expect(serviceSettings(first, 'db')).toEqual(serviceSettings(first, 'unnamed'));
  });

  it('puts a comment on each line', () => {
    const files = filesWith();
    loaded(files);
    const lines = files.text(SETTINGS).split('\n').filter(Boolean);
    expect(lines.filter((line) => !line.includes('#'))).toEqual([]);
  });

  it('says that git would commit it, unless it is ignored', () => {
    const files = filesWith();
    files.put('/.git/HEAD', '');
    expect(loaded(files).notes[1]).toMatch(/^git would commit dev.settings.yaml/);
    for (const place of ['/.gitignore', '/p/.gitignore']) {
      const ignored = filesWith();
      ignored.put('/.git/HEAD', '');
      ignored.put(place, 'node_modules/\n/dev.settings.yaml\n');
      expect(loaded(ignored).notes).toHaveLength(1);
    }
  });

  it('writes nothing when told not to', () => {
    const files = filesWith();
    expect(loaded(files, false).notes).toEqual([]);
    expect(files.written).toEqual([]);
  });
});

describe('settings that were changed', () => {
  it('are read, with paths made absolute', () => {
    const files = filesWith(`
modules:
  api: { run: false, watch: false, checks: { lint: false }, containers: recreate, ports: { 3000: 13000 } }
services:
  db: { data: recreate, ports: { 5432/tcp: 15432, 53/udp: 1053 } }
watch: { enabled: false, mode: poll, quiet: 1s }
checks: { parallel: 2 }
apply: ask
notifications: { bell: false, desktop: true }
dashboard: { prefix: C-a }
tools: { engine_socket: true }
certificates:
  company_ca: [~/ca.pem, certs/ca.pem]
  server: { certificate: /c.crt, key: c.key }
credentials: { db-password: ~/secret }
`);
    const { settings } = loaded(files);
    expect(settings.modules.get('api')).toEqual({
      run: false,
      watch: false,
      checks: { compile: true, test: true, lint: false },
    });
    expect(serviceSettings(settings, 'api')).toEqual({
      run: false,
      containers: 'recreate',
      data: 'keep',
      ports: new Map([['3000', 13_000]]),
    });
    expect([...serviceSettings(settings, 'db').ports]).toEqual([
      ['5432', 15_432],
      ['53/udp', 1053],
    ]);
    expect(settings).toMatchObject({
      watch: { enabled: false, mode: 'poll', quietMs: 1000 },
      checks: { parallel: 2 },
      apply: 'ask',
      notifications: { bell: false, desktop: true },
      dashboard: { prefix: 'C-a' },
      tools: { engineSocket: true },
      certificates: {
        companyCa: ['/home/ann/ca.pem', '/p/certs/ca.pem'],
        server: { certificate: '/c.crt', key: '/p/c.key' },
      },
    });
    expect(settings.credentials.get('db-password')).toBe('/home/ann/secret');
  });

  it('may lack any line, and whole groups', () => {
    const files = filesWith('modules:\n  api:\n  common:\nservices:\n  db:\nwatch:\n');
    expect(loaded(files).settings.watch).toEqual({ enabled: true, mode: 'auto', quietMs: 50 });
    expect(files.written).toEqual([]);
  });

  it('get the lines of new modules and services, and nothing else changes', () => {
    const own = `# mine
modules:
    # the api
    api:   { run: false }   # off
    common:
        watch:    true

    # at the end of modules
apply: ask
`;
    const files = filesWith(
      own,
      DEFINITION.replace('services:', '  web: { image: node }\nservices:'),
    );
    expect(loaded(files).notes).toEqual(['added modules.web, services.db to dev.settings.yaml']);
    const text = files.text(SETTINGS);
    const ownLines = own.split('\n');
    expect(text.split('\n').filter((line) => ownLines.includes(line))).toEqual([...ownLines, '']);
    expect(parse(text)).toMatchObject({
      modules: { api: { run: false }, common: { watch: true }, web: { run: true } },
      services: { db: { data: 'keep' } },
      apply: 'ask',
    });
    expect(loaded(files).notes).toEqual([]);
  });

  it.each(['modules: {}\n', 'modules: { api: { run: false } }', 'services:\nmodules:\n', '\n'])(
    'get them wherever they can: %j',
    (text) => {
      const files = filesWith(text);
      loaded(files);
      expect(Object.keys((parse(files.text(SETTINGS)) as { modules: object }).modules)).toEqual([
        'api',
        'common',
      ]);
      expect(loaded(files).notes).toEqual([]);
    },
  );
});

describe('wrong settings', () => {
  it.each([
    ['moduls: {}', ['1:1 «moduls» unknown key "moduls" | Did you mean "modules"?']],
    [
      'modules: { aip: { run: false } }',
      ['1:12 «aip» there is no module "aip" | Did you mean "api"?'],
    ],
    [
      'services: { api: { run: true } }',
      ['1:13 «api» "api" is a module, not a service | Put these lines under modules'],
    ],
    [
      'modules: { api: { run: maybe } }',
      ['1:24 «maybe» modules.api.run must be true or false, not "maybe"'],
    ],
    [
      'services: { db: { ports: { http: 80, 80: 70000 } } }',
      [
        '1:28 «http» "http" is not a good name',
        '1:42 «70000» services.db.ports.80 cannot be 70000',
      ],
    ],
    ['apply: ask me', ['1:8 «ask me» apply cannot be "ask me" | It can be: auto, ask']],
    [
      'checks: { parallel: many }',
      ['1:21 «many» checks.parallel must be auto or a whole number, not "many" | It can be: auto'],
    ],
    [
      'services: { a: b{c} }',
      ['1:17 «{» not valid YAML: a value ends before this { | Put a value with { in it in quotes'],
    ],
    ['apply: "a', ['1:9 «a» not valid YAML: missing closing "quote']],
  ])('%s', (text, expected) => {
    const files = filesWith(text);
    expect(summary(failures(text))).toEqual(expected);
    expect(files.text(SETTINGS)).toBe(text);
  });

  it('only notes what the team has removed', () => {
    const files = filesWith('modules: { api: {}, common: {}, gone: {} }\nservices: { db: {} }');
    expect(loaded(files).notes).toEqual([
      'dev.settings.yaml: modules.gone means nothing, there is no such module',
    ]);
  });

  it('only notes what has another name now, as long as it has the defaults', () => {
    const named = (name: string, test: string): string =>
      `modules: { ${name}: { run: true, watch: true, checks: { test: ${test} } }, common: {} }\nservices: { db: {} }`;
    const files = filesWith(named('apis', 'true'));
    expect(loaded(files).notes).toContain(
      'dev.settings.yaml: modules.apis means nothing, there is no such module',
    );
    expect(summary(failures(named('apis', 'false')))).toHaveLength(1);
  });
});

describe('a file that is no settings file', () => {
  it.each([
    ['binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1])],
    ['not UTF-8', Buffer.from([0xff, 0xfe, 0x61])],
    ['YAML, but no mapping', Buffer.from('hello there\n')],
  ])('is kept aside and made anew: %s', (_what, bytes) => {
    const files = filesWith();
    files.put(SETTINGS, bytes);
    expect(loaded(files).notes).toEqual([
      'dev.settings.yaml is no settings file and is kept as dev.settings.yaml.broken-2026-01-02T03-04-05: the defaults are used',
    ]);
    const kept = files.readBytes(`${SETTINGS}.broken-2026-01-02T03-04-05`);
    expect(kept.ok && kept.value).toEqual(bytes);
    expect(loaded(files).notes).toEqual([]);
  });

  it('is only told where nothing may be written', () => {
    const files = filesWith('hello there');
    expect(load(files, false)).toMatchObject({
      failure: [{ what: 'dev.settings.yaml is no settings file', at: { line: 1 } }],
    });
    expect(files.written).toEqual([]);
  });
});

describe('a disk that does not take it', () => {
  it('is told', () => {
    const files = filesWith();
    files.fault('/p', 'write', 'ENOSPC');
    expect(load(files)).toMatchObject({ ok: false, failure: [{ reason: 'files' }] });
  });
});
