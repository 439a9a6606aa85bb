import { describe, expect, it } from 'vitest';
import { planMove } from '../../../src/app/init/move.ts';
import { loadProject } from '../../../src/definitions/load-project.ts';
import { moduleText } from '../../../src/init/dev-yaml.ts';
import type { FoundModule } from '../../../src/init/found.ts';
import { productionNotes } from '../../../src/init/production-notes.ts';
import { codeIn } from '../../../src/init/modules.ts';
import { withProcfile } from '../../../src/init/processes.ts';
import { scanRepository } from '../../../src/init/repository.ts';
import { moduleKeys } from '../../../src/release/keys.ts';
import { moduleDockerfile } from '../../../src/release/module-image.ts';
import { initWorld } from '../../support/init-world.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { aModule } from '../../support/modules.ts';

const manifest = (scripts: Readonly<Record<string, string>>) => JSON.stringify({ scripts });

function code(files: Readonly<Record<string, string>>) {
  const repository = scanRepository('/p', initWorld(files).files);
  const found = codeIn('.', repository);
  return found && withProcfile('.', found, repository);
}

describe('what an image runs where development watches sources', () => {
  it('is start, where that needs nothing built', () => {
    const dev = { dev: 'nodemon server.js' };
    const at = (start: string, files = {}) =>
      code({ 'package.json': manifest({ ...dev, start }), ...files })?.production;
    expect(at('NODE_ENV=production node server', { 'server.js': '' })).toBe('npm run start');
    expect(at('node dist/server.js')).toBeUndefined();
    expect(at('node dist/server.js', { 'dist/server.js': '' })).toBe('npm run start');
    expect(at('nodemon server.js', { 'server.js': '' })).toBeUndefined();
    const alone = { 'package.json': manifest({ start: 'node server.js' }), 'server.js': '' };
    expect(code(alone)).toMatchObject({ run: 'npm run start' });
    expect(code(alone)).not.toHaveProperty('production');
  });

  it('is start after the build that it needs, with what that makes', () => {
    const built = (scripts: Readonly<Record<string, string>>, files = {}) => {
      const { run, production, bundle, artifact, compile } =
        code({ 'package.json': manifest(scripts), ...files }) ?? {};
      return { run, production, bundle, artifact, compile };
    };
    const build = { build: 'next build', start: 'next start', typecheck: 'tsc --noEmit' };
    expect(built({ dev: 'next dev', ...build }, { 'public/a.png': '' })).toEqual({
      ...{ run: 'npm run dev', production: 'npm run start', bundle: 'npm run build' },
      ...{ artifact: ['.next', 'public'], compile: 'npm run typecheck' },
    });
    const nest = { 'start:dev': 'nest start --watch', start: 'nest start', build: 'nest build' };
    expect(built({ ...nest, 'start:prod': 'node dist/main' })).toMatchObject({
      ...{ run: 'npm run start:dev', production: 'npm run start:prod', artifact: ['dist'] },
      ...{ bundle: 'npm run build', compile: undefined },
    });
    // Nothing that it could start is known.
    const vite = { dev: 'vite', build: 'vite build', preview: 'vite preview' };
    expect(built(vite)).toMatchObject({ production: undefined, bundle: undefined });
    expect(built({ dev: 'nodemon x.js', start: 'node dist/x.js' }).production).toBeUndefined();
    const text = moduleText({
      name: 'web',
      path: 'web',
      image: 'node',
      by: 'p',
      ...built({ dev: 'next dev', ...build }),
    } as FoundModule);
    expect(text).toContain('bundle: npm run build # makes that; development does without\n');
  });

  it('is said by hand where nobody knows it', () => {
    const module = { name: 'web', path: 'web', image: 'node', by: 'package.json', run: 'vite' };
    expect(productionNotes([{ ...module, reloads: true }])).toEqual([
      expect.stringContaining('`bundle: npm run build` what makes that'),
    ]);
    const others = [module, { ...module, reloads: true, production: 'npm start' }];
    expect(productionNotes(others)).toEqual([]);
  });

  it('is the server that a Django project names', () => {
    const django = { 'manage.py': '', 'shop/wsgi.py': '' };
    const production = '.venv/bin/gunicorn shop.wsgi --bind 0.0.0.0:8000';
    expect(code({ ...django, 'requirements.txt': 'django\ngunicorn\n' })).toMatchObject({
      production,
    });
    expect(code({ ...django, 'requirements.txt': 'django\n' })?.production).toBeUndefined();
  });

  it('is the same program of Python without its reloader, or what a Procfile says', () => {
    const flask = { 'requirements.txt': 'flask\n', 'app.py': 'app = Flask(__name__)\n' };
    expect(code(flask)?.production).toBe(
      '.venv/bin/flask --app app run --host 0.0.0.0 --port 5000',
    );
    const web = { ...flask, Procfile: 'web: gunicorn app:app\n' };
    expect(code(web)?.production).toBe('PATH="$PWD/.venv/bin:$PATH"; gunicorn app:app');
    expect(code(web)?.run).toContain('--debug');
  });

  it.each([
    ['CMD ["node", "/srv/server.js"]', 'node ./server.js'],
    ['CMD ["npm", "start"]', 'npm run start'],
    ['CMD ["nodemon", "server.js"]', 'npm run start'],
  ])(
    'is what the Dockerfile of a moved service says, if it watches nothing: %s',
    async (cmd, is) => {
      const world = initWorld({
        'dev.yaml': 'name: shop\n',
        'compose.yaml': 'services: { web: { build: ./web, command: npm run dev } }\n',
        'web/Dockerfile': `FROM node:20\nWORKDIR /srv\n${cmd}\n`,
        'web/package.json': manifest({ dev: 'nodemon server.js', start: 'node server.js' }),
        'web/server.js': '',
      });
      const plan = await planMove({ project: undefined, service: 'web' }, world);
      if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
      expect(plan.value.module).toMatchObject({ run: 'npm run dev', production: is });
      const written = plan.value.files.find(({ path }) => path === 'dev.yaml')?.text;
      expect(written).toContain(`production: ${is} # what its image runs`);
    },
  );

  it('is nothing else for a service of the code that watches nothing: migrations, a worker', async () => {
    const files = {
      'dev.yaml': 'name: shop\n',
      'compose.yaml':
        'services: { job: { build: ./web, command: npm run migrate }, worker: { build: ./web, command: node dist/work.js } }\n',
      'web/Dockerfile': 'FROM node:20\nWORKDIR /srv\nCMD ["node", "dist/server.js"]\n',
      'web/package.json': manifest({
        ...{ dev: 'tsx watch src/server.ts', build: 'tsc', start: 'node dist/server.js' },
        migrate: 'node migrate.js',
      }),
    };
    const moved = async (service: string) => {
      const plan = await planMove({ project: undefined, service }, initWorld(files));
      if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
      const { run, production, bundle, artifact, reloads } = plan.value.module;
      return { run, production, bundle, artifact, reloads };
    };
    const none = { production: undefined, reloads: undefined };
    const sources = { bundle: undefined, artifact: undefined };
    expect(await moved('job')).toEqual({ run: 'npm run migrate', ...none, ...sources });
    const built = { bundle: 'npm run build', artifact: ['dist'] };
    expect(await moved('worker')).toEqual({ run: 'node dist/work.js', ...none, ...built });
  });

  it('is the command of the image, and part of its key', () => {
    const labels = { version: '1', revision: 'r', created: 'c', key: 'k', source: undefined };
    const module = aModule('web', { run: 'npm run dev', production: 'npm start' });
    const image = { module, project: 'shop', base: 'node', layers: [], labels };
    expect(moduleDockerfile(image)).toContain('"npm start"]');
    const key = (production: string) =>
      moduleKeys({
        modules: [{ ...module, production }],
        sources: { commit: 'c', committedAtSeconds: 0, files: [] },
        references: new Map(),
      }).get('web')?.image;
    expect(key('npm start')).not.toBe(key('node x.js'));
  });

  it('is told of a library, which runs nowhere', () => {
    const text = 'name: a\nmodules: { web: { path: ., image: node, production: npm start } }\n';
    const read = loadProject('/p', { files: new MemoryFiles({ '/p/dev.yaml': text }) });
    expect(read).toMatchObject({
      failure: [{ what: 'module web has no run, and a library runs nowhere' }],
    });
  });
});
