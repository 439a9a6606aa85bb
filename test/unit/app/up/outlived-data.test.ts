import { expect, it } from 'vitest';
import { outlivedData } from '../../../../src/app/up/outlived-data.ts';
import type { Action, Step } from '../../../../src/plan/step.ts';

const step = (action: Action, cause = ''): Step => ({
  ...{ id: `${action.kind}:${'service' in action ? action.service : ''}`, action, cause },
  ...{ needs: [], after: [], weight: 0 },
});
const bind = (source: string, target: string) => ({ type: 'bind', source, target });
const DOCUMENT = {
  services: {
    db: {
      volumes: [
        bind('/p/db/init.sql', '/docker-entrypoint-initdb.d/init.sql'),
        bind('/p/db/my.cnf', '/etc/mysql/my.cnf'),
        { type: 'volume', source: 'data', target: '/var/lib/mysql' },
      ],
    },
    web: {
      build: { context: '/p' },
      volumes: [
        bind('/p', '/app'),
        { type: 'volume', source: 'modules', target: '/app/node_modules' },
        { type: 'volume', source: 'uploads', target: '/app/uploads' },
      ],
    },
  },
};
const anew = (service: string, cause: string): Step => step({ kind: 'recreate', service }, cause);
const build = step({ kind: 'bring-image', how: 'build', reference: 'p-web', service: 'web' });
const said = (...steps: readonly Step[]) => outlivedData({ steps }, DOCUMENT, '/p');

it('is told of what is read for new data alone', () => {
  expect(said(anew('db', 'db/init.sql changed'))).toEqual([
    'db reads db/init.sql for new data alone (dev up --reset-data=db)',
  ]);
  expect(said(anew('db', 'db/my.cnf changed'))).toEqual([]);
  const reset = step({ kind: 'reset-data', service: 'db', volumes: ['p_data'] });
  expect(said(reset, anew('db', 'db/init.sql changed'))).toEqual([]);
});

it('is told of dependencies in a volume with a name, when the image is built again', () => {
  const [text, ...others] = said(build, anew('web', 'package.json changed (its image)'));
  expect(text).toMatch(/^web: \/app\/node_modules is the volume modules, which stays as it is/);
  expect(others).toEqual([]);
  expect(said(anew('web', 'compose.yaml:3 changed environment'))).toEqual([]);
});
