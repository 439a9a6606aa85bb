import { beforeEach, describe, expect, it } from 'vitest';
import { rememberServices } from '../../../../src/app/up/applied-services.ts';
import { withChanges } from '../../../../src/app/up/change-causes.ts';
import { rememberApplied } from '../../../../src/app/up/last-applied.ts';
import type { Prepared } from '../../../../src/app/up/prepare.ts';
import { mergeCompose, toPlain } from '../../../../src/compose/load/merge.ts';
import { HASH_LABEL } from '../../../../src/plan/desired.ts';
import { desiredServices } from '../../../../src/plan/desired-services.ts';
import type { Task } from '../../../../src/ports/orchestrator.ts';
import { ok } from '../../../../src/util/result.ts';
import { aTask } from '../../../support/containers.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';

const PLACES = {
  ...{ lastApplied: '/state/last.json', appliedServices: '/state/services.json' },
  root: '/p',
};

function prepared(text: string, projectDirectory = '/p'): Prepared {
  const merged = mergeCompose({
    layers: [{ kind: 'file', path: '/p/c.yaml', display: 'c.yaml', text }],
    projectDirectory,
    environment: {},
    profiles: [],
    interpolate: true,
    readFile: () => ok(undefined),
    display: (path) => path.replace('/p/', ''),
  });
  if (!merged.ok) throw new Error(JSON.stringify(merged.failure));
  const document = toPlain(merged.value);
  const order = Object.keys(document['services'] ?? {});
  const desired = desiredServices(document, 'shop', order, new Map());
  const opened = partly<Prepared['opened']>({
    places: partly<Prepared['opened']['places']>(PLACES),
  });
  return partly<Prepared>({ merged: merged.value, document, desired, opened });
}

/** Containers of all services, as this definition makes them. */
const runningOf = ({ desired }: Prepared): readonly Task[] =>
  desired.map(({ name, hash }) => aTask(name, { labels: { [HASH_LABEL]: hash } }));

let files: MemoryFiles;
beforeEach(() => {
  files = new MemoryFiles({ '/state/told.json': '' });
});

function causes(wanted: Prepared, running: readonly Task[]): Readonly<Record<string, unknown>> {
  const told = withChanges(wanted, running, files);
  if (!told.ok) throw new Error(told.failure.what);
  return Object.fromEntries(told.value.map(({ name, changes }) => [name, changes]));
}

const env = (value: string): Prepared =>
  prepared(`services:
  api: { image: a, environment: { X: '${value}' }, configs: [c] }
  web: { image: b }
configs: { c: { content: '${value}' }, other: { content: '${value}' } }
`);

describe('causes', () => {
  it('are told against what each container was made of, whatever became of the plan', () => {
    const [one, two, three] = [env('1'), env('2'), env('3')];
    rememberServices(one, [], PLACES, files);
    rememberApplied(one.merged, PLACES, files);
    // This one is carried out, and fails at something else: it is not what was applied last.
    rememberServices(two, runningOf(one), PLACES, files);
    const [api = aTask('api')] = runningOf(two);
    expect(causes(three, [api])).toEqual({
      api: ['environment.X 2→3 (c.yaml:2)', 'configs.c.content: 2→3 (c.yaml:4)'],
      web: [],
    });
    // Of a plan that made nothing, what ran goes on.
    expect(causes(three, runningOf(one))['api']).toContain('environment.X 1→3 (c.yaml:2)');
  });

  it('leave out paths that are written from another folder since dev.yaml is there', () => {
    const api = (x: number, volume: string): string =>
      `services:\n  api: { image: a, build: ${volume}, environment: { X: ${String(x)} }, volumes: ['${volume}:/x'] }\n`;
    const before = prepared(api(1, './x'), '/p/.devcontainer');
    const after = prepared(api(2, './.devcontainer/x'));
    rememberServices(before, [], PLACES, files);
    expect(causes(after, runningOf(before))['api']).toEqual(['environment.X 1→2 (c.yaml:2)']);
    files.writeAtomic(PLACES.appliedServices, '');
    rememberApplied(before.merged, PLACES, files);
    expect(causes(after, runningOf(before))['api']).toEqual(['environment.X 1→2 (c.yaml:2)']);
  });

  it('say what labels of the tool stand for, and leave out those that follow from the rest', () => {
    const labelled = (key: string, more = ''): Prepared =>
      prepared(
        `services: { api: { image: a, labels: { dev.onestack.dependencies: ${key}, dev.onestack.x: ${key}${more} } } }\n`,
      );
    const before = labelled('1');
    rememberServices(before, [], PLACES, files);
    const after = labelled('2', ', dev.onestack.account: app');
    expect(causes(after, runningOf(before))['api']).toEqual([
      'its file for Dev Containers',
      'other dependencies',
    ]);
  });

  it('forget what no container is of any more', () => {
    const [one, two, three] = [env('1'), env('2'), env('3')];
    rememberServices(one, [], PLACES, files);
    rememberServices(two, runningOf(two), PLACES, files);
    expect(causes(three, runningOf(one))['api']).toEqual([]);
  });

  it('are told against what was applied last where nobody knows more', () => {
    rememberApplied(env('1').merged, PLACES, files);
    files.writeAtomic(PLACES.appliedServices, '{ cut off');
    expect(causes(env('2'), runningOf(env('1')))['api']).toEqual(['environment.X 1→2 (c.yaml:2)']);
  });
});
