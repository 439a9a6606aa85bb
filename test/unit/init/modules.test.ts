import { describe, expect, it } from 'vitest';
import type { FoundModule } from '../../../src/init/found.ts';
import { findModules } from '../../../src/init/modules.ts';
import { scanRepository } from '../../../src/init/repository.ts';
import { MemoryFiles } from '../../support/memory-files.ts';

function found(
  files: Readonly<Record<string, string>>,
  more: { readonly covered?: readonly string[]; readonly taken?: readonly string[] } = {},
): readonly FoundModule[] {
  const memory = new MemoryFiles(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text])),
  );
  const repository = scanRepository('/p', memory);
  return findModules({ repository, project: 'shop', covered: [], taken: [], ...more });
}

const pkg = (scripts: object, more: object = {}): string => JSON.stringify({ scripts, ...more });

describe('the process of a Node module', () => {
  it.each([
    [{ dev: 'vite' }, 'npm run dev -- --host 0.0.0.0', true, 5173],
    [{ dev: 'vite --host --port 4000' }, 'npm run dev', true, 4000],
    [{ dev: 'next dev', start: 'next start' }, 'npm run dev', true, 3000],
    [{ start: 'react-scripts start' }, 'npm run start', true, 3000],
    [{ dev: 'nodemon server.js', start: 'node server.js' }, 'npm run dev', true, undefined],
    [{ start: 'node x', 'start:watch': 'nodemon' }, 'npm run start:watch', true, undefined],
    [{ start: 'node dist/main.js' }, 'npm run start', undefined, undefined],
    [{ start: 'PORT=8081 node x.js' }, 'npm run start', undefined, 8081],
    [{ build: 'vite build' }, undefined, undefined, undefined],
  ])('of %j', (scripts, run, reloads, port) => {
    const [module] = found({ 'web/package.json': pkg(scripts) });
    expect(module).toMatchObject({ name: 'web', path: 'web', image: 'node' });
    expect([module?.run, module?.reloads, module?.port]).toEqual([run, reloads, port]);
  });

  it('is its main file, where that listens', () => {
    const server = 'app.listen(process.env.PORT || 3001);';
    const [module] = found({ 'package.json': '{"name":"@x/api"}', 'server.js': server });
    expect(module).toMatchObject({ name: 'api', path: '.', run: 'node server.js', port: 3001 });
    const [library] = found({ 'package.json': '{}', 'index.js': 'module.exports = 1' });
    expect(library?.run).toBeUndefined();
  });

  it.each([
    ['await app.listen(3000);', 3000],
    ["await app.listen(process.env.PORT ?? 3000, '0.0.0.0');", 3000],
    ['await app.listen(Number(process.env.PORT) || 3001);', 3001],
    ['await app.listen(+process.env.PORT! || 3002);', 3002],
    ["await app.listen(parseInt(process.env.PORT ?? '3003', 10));", 3003],
    ["await app.listen({ host: '0.0.0.0', port: 3004 });", 3004],
    ["const port = config.get<number>('app.port', 3005);\nawait app.listen(port);", 3005],
    ["const port = config.get('PORT') ?? 3006;\nawait app.listen(port);", 3006],
    ['const PORT: number = 3007;\nserver.listen(PORT, () => {});', 3007],
    ['const a = 3008;\nserver.listen(b);', undefined],
    ["button.on('listen', 3009);", undefined],
  ])('listens where its main file in TypeScript says: %s', (main, port) => {
    const scripts = { start: 'nest start', 'start:dev': 'nest start --watch' };
    const [module] = found({ 'api/package.json': pkg(scripts), 'api/src/main.ts': main });
    expect(module).toMatchObject({ run: 'npm run start:dev', reloads: true });
    expect(module?.port).toBe(port);
  });

  it('is started by the package manager whose lockfile counts, of several', () => {
    const locked = { 'yarn.lock': '', 'package-lock.json': '{}' };
    const start = pkg({ start: 'node x' });
    const run = (files: Readonly<Record<string, string>>) => found(files)[0]?.run;
    // As the install takes them.
    expect(run({ 'package.json': start, ...locked })).toBe('npm run start');
    const named = pkg({ start: 'node x' }, { packageManager: 'yarn@1.22.22' });
    expect(run({ 'package.json': named, ...locked })).toBe('yarn run start');
    expect(run({ 'package.json': start, 'bun.lock': '' })).toBe('npm run start');
    expect(run({ 'a/package.json': start, 'a/yarn.lock': '', 'pnpm-lock.yaml': '' })).toBe(
      'yarn run start',
    );
  });

  it('is started as its lockfile has it, with checks that are ones', () => {
    const scripts = {
      ...{ build: 'tsc -b', start: 'node dist/x.js', lint: 'eslint .' },
      ...{ test: 'echo "Error: no test specified" && exit 1' },
    };
    const [module] = found({ 'api/package.json': pkg(scripts), 'pnpm-lock.yaml': '' });
    expect(module).toMatchObject({
      ...{ compile: 'pnpm run build', lint: 'pnpm run lint', run: 'pnpm run start' },
      artifact: ['dist'],
    });
    expect(module).not.toHaveProperty('test');
    const dev = pkg({ dev: 'vite', build: 'tsc && vite build', typecheck: 'tsc --noEmit' });
    expect(found({ 'package.json': dev })[0]?.compile).toBe('npm run typecheck');
  });

  it.each([
    [{ lint: 'eslint .' }, 'npm run lint'],
    [{ lint: 'eslint "{src,test}/**/*.ts" --fix' }, 'npx eslint "{src,test}/**/*.ts"'],
    [{ lint: 'npx biome check --write src' }, 'npx biome check src'],
    [{ lint: 'eslint --fix .', 'lint:check': 'eslint .' }, 'npm run lint:check'],
    [{ lint: 'eslint --fix-dry-run .' }, 'npm run lint'],
    [{ lint: 'eslint --fix . && prettier --write .' }, undefined],
    [{ lint: 'npm run lint:js -- --fix' }, undefined],
    [{}, undefined],
  ])('has a lint that looks only, and mends nothing: %j', (scripts, lint) => {
    const all = { start: 'node .', ...scripts };
    expect(found({ 'package.json': pkg(all) })[0]?.lint).toBe(lint);
  });

  it.each([
    [{ dev: 'tsc -w', build: 'tsc' }, undefined],
    [{ dev: 'NODE_ENV=development tsup src/index.ts --watch' }, undefined],
    [{ dev: 'rollup -c -w', start: 'node dist/main.js' }, 'npm run start'],
    [{ dev: 'tsup src/index.ts --watch --onSuccess "node dist/main.js"' }, 'npm run dev'],
    [{ dev: 'tsc -w & node --watch dist' }, 'npm run dev'],
    [{ start: 'tsc && node dist' }, 'npm run start'],
  ])('is none that only compiles at each save: %j', (scripts, run) => {
    const [module] = found({ 'lib/package.json': pkg(scripts) });
    expect(module?.run).toBe(run);
  });

  it.each(['', '{', '[]', '"x"', '{"scripts":3}', '{"scripts":{"dev":3},"engines":[]}'])(
    'is none of a manifest that is no good: %s',
    (text) => {
      for (const module of found({ 'package.json': text })) expect(module.run).toBeUndefined();
    },
  );
});

describe('Python', () => {
  it.each([
    [
      'Django',
      { 'requirements.txt': 'django\npytest\n', 'manage.py': '' },
      '.venv/bin/python manage.py runserver 0.0.0.0:8000',
      '.venv/bin/pytest',
    ],
    [
      'FastAPI',
      { 'requirements.txt': 'fastapi[standard]\n', 'app/main.py': 'api = FastAPI()\n' },
      '.venv/bin/uvicorn app.main:api --host 0.0.0.0 --port 8000 --reload',
      undefined,
    ],
    [
      'Flask, with uv',
      {
        'pyproject.toml': '[project]\nname="x"\ndependencies=["flask"]\n',
        'uv.lock': '',
        'app.py': 'app = Flask(__name__)\n',
      },
      '.venv/bin/flask --app app run --debug --host 0.0.0.0 --port 5000',
      undefined,
    ],
    ['a script', { 'requirements.txt': '', 'main.py': 'x' }, '.venv/bin/python main.py', undefined],
  ])('%s', (_name, files: Readonly<Record<string, string>>, run, test) => {
    const [module] = found(files);
    expect([module?.image, module?.run, module?.test]).toEqual(['python', run, test]);
  });

  it('of a workspace of uv takes what lies beside it, and nothing of that name from the index', () => {
    const member = (name: string) => `[project]\nname = "${name}"\ndependencies = ["core"]\n`;
    const workspace = (text: string) => ({
      'pyproject.toml': `[project]\nname = "acme"\n[tool.uv.workspace]\n${text}\n[tool.uv.sources]\n`,
      'libs/core/pyproject.toml': member('core'),
      'libs/old/pyproject.toml': member('old'),
    });
    const installs = (text: string, lock: Readonly<Record<string, string>>) =>
      found({ ...workspace(text), ...lock }).map(({ name, install }) => [
        name,
        JSON.stringify(install).includes('uv sync'),
      ]);
    const members = 'members = [\n  "libs/*",\n]\nexclude = ["libs/old"]';
    expect(installs(members, { 'uv.lock': '' })).toEqual([
      ['core', true],
      ['old', false],
    ]);
    expect(installs(members, {}).map(([, isByUv]) => isByUv)).toEqual([false, false]);
  });

  it('of web, worker and scheduler in one folder is several modules of it', () => {
    const modules = found({
      Procfile: 'release: python migrate.py\nweb: gunicorn app:app -b :$PORT\nworker: rq worker\n',
      'requirements.txt': 'gunicorn\nrq\n',
    });
    expect(modules.map(({ name, path, run }) => [name, path, run])).toEqual([
      ['shop', '.', 'PATH="$PWD/.venv/bin:$PATH"; gunicorn app:app -b :8000'],
      ['worker', '.', 'PATH="$PWD/.venv/bin:$PATH"; rq worker'],
    ]);
    const django = found({ 'manage.py': '', 'requirements.txt': 'celery', 'site/celery.py': '' });
    expect(django.map(({ run }) => run)[1]).toContain('celery --app site worker');
  });
});

describe('compiled languages', () => {
  it('Go: the first command below cmd', () => {
    const [module] = found({
      'svc/go.mod': 'module example.com/shop/pay\n\ngo 1.22\n',
      'svc/cmd/server/main.go': 'package main\nfunc main() { http.ListenAndServe(":9000", nil) }\n',
      'svc/pay_test.go': '',
    });
    expect(module).toMatchObject({
      ...{ name: 'svc', image: 'go', compile: 'go build -o bin/app ./cmd/server', port: 9000 },
      ...{ run: 'bin/app', test: 'go test ./...', artifact: ['bin'] },
      wants: { version: '1.22', at: 'svc/go.mod:3' },
    });
    expect(found({ 'go.mod': 'module x\n', 'x.go': 'package x\n' })[0]?.run).toBeUndefined();
  });

  it('Java and Rust', () => {
    const [spring] = found({ 'pom.xml': '<x>spring-boot</x>', mvnw: '' });
    expect(spring?.compile).toContain('./mvnw');
    const [rust] = found({ 'Cargo.toml': '[package]\nname = "tick"\n', 'src/main.rs': '' });
    expect(rust).toMatchObject({ name: 'tick', image: 'rust', run: 'target/debug/tick' });
    expect(found({ 'Cargo.toml': '[workspace]\nmembers = []\n' })).toEqual([]);
  });
});

describe('the modules of a repository', () => {
  it('are the packages of a workspace, not what holds them together', () => {
    const modules = found({
      'package.json': pkg({ dev: 'turbo dev' }, { workspaces: ['packages/*'] }),
      'packages/api/package.json': pkg({ start: 'node .' }),
      'packages/lib/package.json': pkg({}),
    });
    expect(modules.map(({ path, run }) => [path, run])).toEqual([
      ['packages/api', 'npm run start'],
      ['packages/lib', undefined],
    ]);
  });

  it('have names that nobody else has', () => {
    const modules = found(
      {
        'a/api/package.json': '{}',
        'b/api/package.json': '{}',
        'b/Ünï cøde!/package.json': '{}',
        'tools/package.json': '{"name":"scripts"}',
        'db/package.json': '{}',
        '123/package.json': '{}',
      },
      { taken: ['db'] },
    );
    const names = modules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['api', 'b-api', 'scripts', 'db-2', 'app']));
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
  });

  it('are none that a Compose file has, that git ignores, or that are about the code', () => {
    const files = {
      'web/package.json': '{}',
      'web/sub/package.json': '{}',
      'api/package.json': '{}',
      'gen/package.json': '{}',
      '.gitignore': '/gen\n',
      'examples/x/package.json': '{}',
      'node_modules/x/package.json': '{}',
      'api/vendor/x/go.mod': 'module x',
    };
    expect(found(files, { covered: ['web'] }).map(({ path }) => path)).toEqual(['api']);
    expect(found(files, { covered: ['.'] })).toEqual([]);
  });

  it('are looked for behind no link, and in no file that is none of text', () => {
    const memory = new MemoryFiles({ '/elsewhere/package.json': '{}', '/p/x': '' });
    memory.link('/p/out', '/elsewhere');
    memory.link('/p/package.json', '/elsewhere/package.json');
    memory.put('/p/big/package.json', `{"name":"${'x'.repeat(2 * 1024 * 1024)}"}`);
    const repository = scanRepository('/p', memory);
    expect(repository.paths).toEqual(['big/package.json', 'x']);
    expect(repository.read('big/package.json')).toBeUndefined();
    const request = { repository, project: 'shop', covered: [], taken: [] };
    expect(findModules(request)).toEqual([]);
  });
});
