import { expect, it } from 'vitest';
import { fileLabels, type GivenValues } from '../../../../src/app/up/file-fingerprints.ts';
import type { OpenProject } from '../../../../src/model/open-project.ts';
import { changedFiles, goneFiles } from '../../../../src/plan/mounted-files.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { MADE_UP } from '../../../support/places.ts';
import { partly } from '../../../support/partly.ts';

const PASSWORD = `${MADE_UP.secrets}/db-password`;
const TOKEN = '/p/keys/token';
const DOCUMENT = {
  services: {
    db: {
      volumes: [{ type: 'bind', source: '/p/db.conf', target: '/etc/db.conf' }],
      secrets: [{ source: 'db-password' }, { source: 'token' }],
    },
    web: {},
  },
  secrets: { 'db-password': { file: PASSWORD }, token: { file: TOKEN } },
};
const OPENED = partly<OpenProject>({
  project: partly<OpenProject['project']>({ root: '/p' }),
  places: MADE_UP,
});

const NOTHING_GIVEN: GivenValues = { variables: {}, fingerprint: (value) => value };

const labelOf = (files: MemoryFiles): string =>
  fileLabels(DOCUMENT, ['db', 'web'], OPENED, NOTHING_GIVEN, files).get('db') ?? '';

it('changes with the contents of a file, and whenever a secret is written', () => {
  const files = new MemoryFiles({ [PASSWORD]: 'hunter2', [TOKEN]: 'hunter3', '/p/db.conf': 'a' });
  const before = labelOf(files);
  expect(before).toMatch(
    /^credential:db-password=[0-9a-z]+ db\.conf=[0-9a-f]{12} keys\/token=[0-9a-z]+$/,
  );
  expect(labelOf(files)).toBe(before);
  files.writeAtomic('/p/db.conf', 'a', { mode: 0o600 });
  expect(labelOf(files)).toBe(before);
  files.writeAtomic('/p/db.conf', 'b', { mode: 0o600 });
  const configured = labelOf(files);
  expect(configured).not.toBe(before);
  files.writeAtomic(PASSWORD, 'hunter2', { mode: 0o600 });
  const renewed = labelOf(files);
  expect(renewed).not.toBe(configured);
  files.writeAtomic(TOKEN, 'hunter3', { mode: 0o600 });
  expect(labelOf(files)).not.toBe(renewed);
});

it('leaves out what there is not', () => {
  expect(labelOf(new MemoryFiles({ [TOKEN]: 'hunter3' }))).toMatch(/^keys\/token=[0-9a-z]+$/);
  const labels = fileLabels(DOCUMENT, ['web'], OPENED, NOTHING_GIVEN, new MemoryFiles({}));
  expect(labels.get('web')).toBe('');
});

it('changes with every file and variable that a container is made of without mounting it', () => {
  const document = {
    services: {
      web: {
        env_file: ['/p/a.env', { path: '/p/my own.env', required: false }],
        label_file: '/p/web.labels',
        security_opt: ['seccomp:/p/seccomp.json', 'seccomp:unconfined', 'label:disable'],
        credential_spec: { file: '/p/spec.json' },
        configs: [{ source: 'c', target: '/c' }],
        secrets: ['s'],
      },
    },
    configs: { c: { environment: 'CFG' } },
    secrets: { s: { environment: 'SEC' } },
  };
  const paths = ['a.env', 'my own.env', 'web.labels', 'seccomp.json', 'spec.json'];
  const files = new MemoryFiles(Object.fromEntries(paths.map((path) => [`/p/${path}`, 'X=1'])));
  const variables: Record<string, string> = { CFG: '1', SEC: '2' };
  const given = { variables, fingerprint: (value: string) => `print-of-${value}` };
  const label = (): string => fileLabels(document, ['web'], OPENED, given, files).get('web') ?? '';
  let before = label();
  for (const path of paths) {
    files.put(`/p/${path}`, 'X=2');
    const after = label();
    expect(changedFiles(before, after)).toEqual([`${path} changed`]);
    before = after;
  }
  for (const name of ['CFG', 'SEC']) {
    variables[name] = 'other';
    const after = label();
    expect(changedFiles(before, after)).toEqual([`variable ${name} changed`]);
    before = after;
  }
  files.remove('/p/my own.env');
  expect(changedFiles(before, label())).toEqual([]);
  expect(goneFiles(before, label())).toEqual(['my own.env is gone']);
});

it('tells another version of the tool as that, not by its path', () => {
  const { runModule } = MADE_UP;
  const document = {
    services: {
      api: { volumes: [{ type: 'bind', source: runModule, target: '/etc/onestack/x' }] },
    },
  };
  const label = (text: string): string =>
    fileLabels(
      document,
      ['api'],
      OPENED,
      NOTHING_GIVEN,
      new MemoryFiles({ [runModule]: text }),
    ).get('api') ?? '';
  expect(label('one')).not.toContain('/');
  expect(changedFiles(label('one'), label('two'))).toEqual(['another version of dev']);
  expect(changedFiles('', label('two'))).toEqual(['another version of dev']);
  expect(goneFiles(label('one'), '')).toEqual([]);
});

it('changes with where a link to a folder leads, and not with the place of all of it', () => {
  const labels = (root: string, target: string): string => {
    const files = new MemoryFiles({ '/p/one/f': '1', '/p/two/f': '2', '/q/one/f': '1' });
    files.link('/moved', '/q');
    for (const folder of ['/p', '/q']) files.link(`${folder}/link`, target);
    const volumes = ['link', 'link/.', 'one'].map((source) => ({
      ...{ type: 'bind', source: `${root}/${source}`, target: `/${source}` },
    }));
    const document = { services: { a: { volumes } } };
    const opened = partly<OpenProject>({
      project: partly<OpenProject['project']>({ root }),
      places: MADE_UP,
    });
    return fileLabels(document, ['a'], opened, NOTHING_GIVEN, files).get('a') ?? '';
  };
  const before = labels('/p', 'one');
  expect(before).toMatch(/^link=[0-9a-f]{12}/);
  expect(labels('/p', 'two')).not.toBe(before);
  expect(labels('/moved', 'one')).toBe(before);
  expect(before).not.toContain('one=');
});
