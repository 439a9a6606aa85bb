import { expect, it } from 'vitest';
import { leftovers } from '../support/engine-leftovers.ts';
import { rigForTest } from '../support/rig.ts';

it(
  'cleans contexts that share a network and a volume by their names',
  { timeout: 120_000 },
  async () => {
    const compose = (name: string) => `
name: ${name}
services:
  a:
    image: onestack/node
    command: ['node', '-e', 'setInterval(() => {}, 1e6)']
    stop_grace_period: 0s
    networks: [front]
    volumes: ['store:/store']
networks: { front: { name: '${name}-front' } }
volumes: { store: { name: '${name}-store' } }
`;
    const rig = rigForTest({ files: { 'dev.yaml': 'name: any\n' } });
    rig.write('compose.yaml', compose(rig.name));
    expect((await rig.dev(['trust'])).status, rig.transcript()).toBe(0);
    for (const context of ['prod', 'dev']) {
      const up = await rig.dev(['up', '--yes', '--detach', '--context', context]);
      expect(up.status, rig.transcript()).toBe(0);
    }
    const cleaned = await rig.dev(['clean', '--volumes', '--yes']);
    expect(cleaned.status, rig.transcript()).toBe(0);
    expect(await leftovers(rig.name)).toMatchObject({ containers: [], networks: [], volumes: [] });
  },
);
