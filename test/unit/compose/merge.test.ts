import { describe, expect, it } from 'vitest';
import { emitCompose } from '../../../src/compose/write/emit.ts';
import { applyTool, mergeCompose, services, toPlain } from '../../../src/compose/load/merge.ts';
import type { Layer, MergeRequest } from '../../../src/compose/load/merge.ts';
import { ok } from '../../../src/util/result.ts';

const file = (name: string, text: string): Layer => ({
  kind: 'file',
  path: `/project/${name}`,
  display: name,
  text,
});

function request(layers: readonly Layer[]): MergeRequest {
  return {
    layers,
    projectDirectory: '/project',
    projectName: 'shop',
    environment: {},
    profiles: [],
    interpolate: true,
    readFile: () => ok(undefined),
  };
}

const BASE = `services:
  api:
    image: onestack/node
    ports: ["3000:3000"]
    depends_on: [db]
  db:
    image: onestack/postgres
`;

describe('merging', () => {
  it('leaves every $ of what the tool adds: shell text of dev.yaml, and paths', () => {
    const run = 'echo "$HOME ${PORT:-1} $$"';
    const volumes = [{ type: 'bind', source: '/a/$HOME b', target: '/workspace' }];
    const value = { services: { api: { command: ['sh', '-c', run], volumes } } };
    const merged = mergeCompose({
      ...request([file('base.yaml', BASE), { kind: 'tool', label: 'module', value }]),
      environment: { HOME: '/root', PORT: '80' },
    });
    if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
    expect(toPlain(merged.value)).toMatchObject({
      services: {
        api: { command: ['sh', '-c', run], volumes: [{ source: '/a/$HOME b' }] },
      },
    });
  });

  it('lays files and values of the tool over one another, and edits afterwards', () => {
    const merged = mergeCompose(
      request([
        file('base.yaml', BASE),
        {
          kind: 'tool',
          label: 'module mount',
          value: { services: { api: { volumes: ['.:/workspace'], working_dir: '/workspace' } } },
        },
        file('dev.yaml', 'services:\n  api:\n    ports: !override ["3001:3000"]\n'),
      ]),
    );
    if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
    expect(services(merged.value)).toEqual(['db', 'api']);
    const edited = applyTool(merged.value, [
      {
        kind: 'set',
        path: ['services', 'api', 'ports', '0', 'host_ip'],
        value: '127.0.0.1',
        label: 'loopback',
      },
      { kind: 'set', path: ['services', 'db', 'image'], value: 'pg:1', label: 'base image' },
    ]);
    expect(toPlain(edited)).toMatchObject({ name: 'shop', services: { db: { image: 'pg:1' } } });
    expect(toPlain(merged.value)).toMatchObject({
      services: { db: { image: 'onestack/postgres' } },
    });
    expect(
      emitCompose(edited, {
        directory: '/project/.dev',
        shownRoot: '/project',
        comments: true,
        profiles: 'resolve',
      }),
    ).toMatchInlineSnapshot(`
      "name: shop # set by the tool: project name

      services:
        db:
          image: pg:1 # set by the tool: base image

        api:
          image: onestack/node # base.yaml:3
          working_dir: /workspace # set by the tool: module mount
          depends_on: [db] # base.yaml:5
          ports: ["127.0.0.1:3001:3000"] # set by the tool: loopback
          volumes: ["..:/workspace"] # set by the tool: module mount
      "
    `);
  });

  it('reports what is wrong with its place', () => {
    const merged = mergeCompose(
      request([file('base.yaml', 'services:\n  api:\n    image: x\n    prots: []\n')]),
    );
    expect(merged).toMatchObject({
      ok: false,
      failure: [
        {
          reason: 'definition',
          what: 'services.api has no key "prots"',
          cure: 'Did you mean "ports"?',
          at: { file: 'base.yaml', line: 4, column: 5, text: '    prots: []', length: 5 },
        },
      ],
    });
  });
});
