import { describe, expect, it } from 'vitest';
import { wholeRound } from '../support/foreign-repository.ts';
import { standInsForSuite } from '../support/stand-ins.ts';

const suite = standInsForSuite();

/** Each as it is, made a project, with a module of its own, and away: see `wholeRound`. */
describe('a repository of somebody else', { timeout: 300_000 }, () => {
  it('with Node, Redis, nginx and an override', async () => {
    await wholeRound({
      folder: 'node-redis-nginx',
      standIns: suite(),
      pages: [
        { service: 'web1', port: 5000, says: /^web1: welcome, \w+ are counted$/ },
        { service: 'web2', port: 5000, says: /^web2: welcome, \w+ are counted$/ },
        { service: 'nginx', port: 80, says: /^web[12]: welcome, \w+ are counted$/ },
      ],
      moves: ['web1'],
      edit: { file: 'web/server.js', from: 'visits are', to: ['calls are', 'looks are'] },
    });
  });

  it('with React, Express and MySQL', async () => {
    await wholeRound({
      folder: 'react-express-mysql',
      standIns: suite(),
      pages: [
        { service: 'backend', port: 8080, says: /"message":".* from example MySQL!"/ },
        { service: 'frontend', port: 3000, path: '/src/App.jsx', says: /Loading/ },
        { service: 'frontend', port: 3000, path: '/api/', says: /from example MySQL/ },
      ],
      moves: ['backend'],
      edit: { file: 'backend/src/greeting.js', from: 'Hello', to: ['Regards', 'Cheers'] },
    });
  });

  it('with Flask and Redis', async () => {
    await wholeRound({
      folder: 'flask-redis',
      standIns: suite(),
      prepare: (rig) => suite().copy('wheels', rig.path('wheels')),
      pages: [{ service: 'web', port: 8000, says: /viewed before$/ }],
      moves: ['web'],
      edit: { file: 'app.py', from: 'This webpage', to: ['This page', 'This site'] },
    });
  });

  it('with Go, Postgres, secrets and a stage of a build', async () => {
    await wholeRound({
      folder: 'go-postgres',
      standIns: suite(),
      prepare: (rig) => suite().copy('go-vendor', rig.path('backend/vendor')),
      pages: [{ service: 'proxy', port: 80, says: /from example$/m }],
      moves: ['backend'],
      edit: { file: 'backend/greeting.go', from: 'Blog posts', to: ['Comments', 'Letters'] },
    });
  });

  it('with npm workspaces', async () => {
    await wholeRound({
      folder: 'npm-workspaces',
      standIns: suite(),
      pages: [
        { service: 'web', port: 3000, says: /It costs 1\d\.00/ },
        { service: 'api', port: 4000, path: '/price', says: /1\d\.00/ },
      ],
      moves: ['api'],
      edit: { file: 'apps/api/src/price.ts', from: '12', to: ['13', '14'] },
    });
  });

  it('like Django: web, worker and scheduler in one folder', async () => {
    await wholeRound({
      folder: 'django-jobs',
      standIns: suite(),
      prepare: async (rig) => {
        await suite().copy('wheels', rig.path('wheels'));
        await rig.run(['cp', '.env.sample', '.env']);
      },
      pages: [{ service: 'web', port: 8000, says: /jobs are done/ }],
      moves: ['web', 'worker', 'scheduler'],
      edit: { file: 'shop/words.py', from: 'hello', to: ['welcome', 'greetings'] },
    });
  });

  it('with profiles, env_file, include, extends, named networks and configs', async () => {
    await wholeRound({
      folder: 'many-files',
      standIns: suite(),
      // A project's name is not two people's.
      prepare: async (rig) => {
        const name = rig.directory.split('/').at(-1)?.toLowerCase() ?? '';
        rig.write('.env', rig.read('.env').replace('many-files', name));
        // A volume and a network that are not its own by their names.
        const asked = await rig.dev(['up', '--detach']);
        expect([asked.status, asked.stderr]).toEqual([2, expect.stringContaining('dev trust')]);
        expect((await rig.dev(['trust'])).status).toBe(0);
      },
      pages: [
        {
          service: 'gateway',
          port: 9000,
          says: /^\w+ development two words motto development t0ken \+PONG$/,
        },
      ],
      moves: ['api'],
      edit: { file: 'api/words.js', from: 'one', to: ['two', 'three'] },
    });
  });

  it('with develop.watch', async () => {
    await wholeRound({
      folder: 'watched',
      standIns: suite(),
      pages: [{ service: 'web', port: 3000, says: /^1\.0\.0 <p>\w+<\/p>$/m }],
      moves: ['web'],
      edit: { file: 'public/index.html', from: 'one', to: ['two', 'three'] },
    });
  });
});
