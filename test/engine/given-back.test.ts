import { expect, it } from 'vitest';
import { rigForTest } from '../support/rig.ts';

const compose = (greeting: string): string => `
services:
  db: { image: onestack/os, init: true, command: sleep infinity }
  api:
    image: onestack/os
    init: true
    command: sleep infinity
    environment: { GREETING: ${greeting} }
    depends_on: [db]
`;

it('what a service depends on runs on, though Compose takes it for another and makes it anew', async () => {
  const rig = rigForTest({
    files: { 'dev.yaml': 'name: mark\n', 'compose/base.yaml': compose('one') },
  });
  const up = ['up', '--yes', '--detach', '--no-watch'];
  expect((await rig.dev(up)).status).toBe(0);

  // Made by a Compose to which it looks otherwise, as an older one may have been; to the plan it is the same.
  const marked = 'services: { db: { labels: { own.mark: other } } }\n';
  rig.write('marked.yaml', marked);
  const files = ['--file', rig.path('.dev/compose.yaml'), '--file', rig.path('marked.yaml')];
  const options = ['up', '--detach', '--no-deps', '--no-build', '--pull=never', 'db'];
  const made = await rig.run([
    'docker',
    'compose',
    '--project-name',
    rig.name,
    ...files,
    ...options,
  ]);
  expect(made.status, made.stderr).toBe(0);
  expect((await rig.dev(up)).stdout).toContain('nothing to do');

  rig.write('compose/base.yaml', compose('two'));
  const edited = await rig.dev(up);
  expect(edited.status, edited.stderr).toBe(0);
  expect(edited.stderr).toContain('db: made anew by Compose');
  const status = await rig.dev(['status']);
  expect([status.status, status.stdout]).toEqual([0, expect.stringMatching(/✓ +db +up/)]);
  expect((await rig.dev(up)).stdout).toContain('nothing to do');
});
