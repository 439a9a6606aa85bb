import { expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigForTest } from '../support/rig.ts';

it('two environments that choose the same port at the same moment both come up', async () => {
  const port = String(await freePort());
  const project = {
    'dev.yaml': 'name: race\nservices: {}\n',
    'compose/base.yaml': `
services:
  web:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    ports: ['${port}:80']
`,
  };
  const rigs = [rigForTest({ files: project }), rigForTest({ files: project })];
  const ups = await Promise.all(rigs.map((rig) => rig.dev(['up', '--yes', '--detach'])));
  expect(ups.map(({ status }) => status)).toEqual([0, 0]);
  const urls = await Promise.all(rigs.map(async (rig) => (await rig.dev(['urls'])).stdout.trim()));
  expect(new Set(urls).size).toBe(2);
  expect(urls.some((url) => url.startsWith(`http://localhost:${port} `))).toBe(true);
});
