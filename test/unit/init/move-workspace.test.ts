import { describe, expect, it } from 'vitest';
import { applyInit } from '../../../src/app/init.ts';
import { planMove, type MovePlan } from '../../../src/app/init/move.ts';
import { initWorld } from '../../support/init-world.ts';

const json = (value: unknown): string => JSON.stringify(value);

const MONEY = {
  'packages/money/package.json': json({
    ...{ name: '@acme/money', main: 'dist/index.js', scripts: { build: 'tsc' } },
    dependencies: { '@acme/words': '*' },
    devDependencies: { '@acme/lint': '*' },
  }),
  'packages/lint/package.json': json({ name: '@acme/lint', main: 'index.js' }),
  'packages/words/package.json': json({ name: '@acme/words', main: 'index.js' }),
};
const API = json({
  ...{ name: '@acme/api', dependencies: { '@acme/money': '*' } },
  scripts: { build: 'tsc', start: 'node dist/main.js' },
});

/** A repository of several packages, whose service `api` is built from a Dockerfile as a whole. */
function repository(dockerfile: string, text: string, more: Readonly<Record<string, string>> = {}) {
  return initWorld({
    'dev.yaml': 'name: shop\n',
    'compose.yaml': `services: { api: { build: { context: ., dockerfile: ${dockerfile} } } }\n`,
    'package.json': json({ name: 'acme', private: true, workspaces: ['apps/*', 'packages/*'] }),
    'apps/api/package.json': API,
    'apps/web/package.json': json({ name: '@acme/web', scripts: { start: 'node web.js' } }),
    ...MONEY,
    [dockerfile]: text,
    ...more,
  });
}

async function moved(world: ReturnType<typeof initWorld>, service = 'api'): Promise<MovePlan> {
  const plan = await planMove({ project: undefined, service }, world);
  if (!plan.ok) throw new Error(json(plan.failure));
  return plan.value;
}

describe('dev init move in a repository of several packages', () => {
  const apart = 'FROM node:20\nWORKDIR /repo\nCOPY . .\n';

  it.each([
    ['beside its Dockerfile', 'apps/api/Dockerfile', `${apart}CMD ["npm", "start"]`, 'npm start'],
    [
      'where it is run',
      'docker/some.Dockerfile',
      `${apart}WORKDIR /repo/apps/api\nCMD node dist/main.js`,
      'node dist/main.js',
    ],
    [
      'by the path of its command',
      'Dockerfile',
      `${apart}CMD ["node", "apps/api/dist/main.js", "--config=apps/api/c.json"]`,
      'node ./dist/main.js --config=./c.json',
    ],
    [
      'by its package, which the manager is asked for',
      'Dockerfile',
      `${apart}CMD ["npm", "start", "-w", "@acme/api"]`,
      'npm run start',
    ],
    ['by its name', 'Dockerfile', `${apart}CMD ["./run.sh"]`, './run.sh'],
  ])('finds the code %s, and brings what it uses', async (_how, dockerfile, text, run) => {
    const plan = await moved(repository(dockerfile, text));
    expect(plan.module).toMatchObject({ path: 'apps/api', compile: 'npm run build' });
    expect(plan.module.run).toContain(run);
    expect(plan.libraries.map(({ name, path, compile }) => [name, path, compile])).toEqual([
      ['words', 'packages/words', undefined],
      ['money', 'packages/money', 'npm run build'],
    ]);
  });

  it('knows where paths of the image are in the repository', async () => {
    const text = `${apart}ENV CONFIG=/repo/config.json OWN=/repo/apps/api/own.json\nCMD ["node", "apps/api/x.js"]\n`;
    const world = repository('Dockerfile', text);
    expect(applyInit(await moved(world), world).ok).toBe(true);
    const added = world.files.text('/p/compose/base/api.yaml');
    expect(added).toContain('CONFIG: /app/config.json');
    expect(added).toContain('OWN: /app/apps/api/own.json');
  });

  it('is the whole context where that is one program', async () => {
    const world = initWorld({
      'dev.yaml': 'name: shop\n',
      'compose.yaml': 'services: { app: { build: . } }\n',
      'package.json': json({ name: 'app', scripts: { start: 'node app/index.js' } }),
      'app/package.json': json({ type: 'module' }),
      Dockerfile: 'FROM node:20\nWORKDIR /app\nCMD ["npm", "start"]\n',
    });
    expect((await moved(world, 'app')).module).toMatchObject({ path: '.', run: 'npm start' });
  });

  it('brings packages of a go.work, and leaves those that are modules', async () => {
    const world = initWorld({
      'dev.yaml': 'name: shop\nmodules: { other: { path: lib/other, image: go } }\n',
      'compose.yaml': 'services: { api: { build: { context: ., dockerfile: api/Dockerfile } } }\n',
      'go.work': 'go 1.24\nuse (\n ./api\n ./lib/greet\n ./lib/other\n ./lib/unused\n)\n',
      'api/Dockerfile': 'FROM golang:1.24\nCMD ["/bin/api"]\n',
      'api/go.mod': 'module acme/api\nrequire acme/greet v0.0.0\nrequire acme/other v0.0.0\n',
      'api/main.go': 'package main\n',
      'lib/greet/go.mod': 'module acme/greet\n',
      'lib/other/go.mod': 'module acme/other\n',
      'lib/unused/go.mod': 'module acme/unused\n',
    });
    const plan = await moved(world);
    expect(plan.libraries.map(({ path }) => path)).toEqual(['lib/greet']);
    expect(plan.module).toMatchObject({ path: 'api', run: 'bin/app' });
  });
});

describe('dev init move of several services of one folder', () => {
  it('has their code installed and checked once', async () => {
    const world = initWorld({
      'dev.yaml': 'name: shop\n',
      'compose.yaml':
        'services: { web: { build: . }, worker: { build: ., command: python manage.py work } }\n',
      Dockerfile: 'FROM python:3.13\nWORKDIR /app\nCMD ["python", "manage.py", "runserver"]\n',
      'requirements.txt': 'django\n',
      'manage.py': '',
    });
    const web = await moved(world, 'web');
    expect(web.module.test).toContain('manage.py test');
    expect(applyInit(web, world).ok).toBe(true);
    const worker = await moved(world, 'worker');
    expect(worker.module.test).toBeUndefined();
    expect(worker.module.run).toContain('manage.py work');
    expect(applyInit(worker, world).ok).toBe(true);
  });
});
