import { describe, expect, it } from 'vitest';
import { readProject } from '../../../../src/app/project/read-project.ts';
import { hasComposeFiles } from '../../../../src/app/project/compose-files.ts';
import { findProject } from '../../../../src/definitions/find-project.ts';
import type { Host } from '../../../../src/ports/host.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';

type Texts = Readonly<Record<string, string>>;
const SERVICES = 'services: {a: {image: a}}\n';

function world(texts: Texts, environment: Readonly<Record<string, string>>) {
  return { files: new MemoryFiles(texts), host: partly<Host>({ environment }) };
}

function named(root: string, texts: Texts, environment: Readonly<Record<string, string>> = {}) {
  const project = readProject(root, world(texts, environment));
  return project.ok ? project.value.name : project.failure[0]?.what;
}

function rootOf(start: string, texts: Texts) {
  const where = world(texts, {});
  const found = findProject(start, where.files, (folder) => hasComposeFiles(folder, where));
  return found.ok ? found.value : found.failure.what;
}

describe('a project without a dev.yaml', () => {
  it('has the name that Compose would give: the folder', () => {
    expect(named('/My_Shop', { '/My_Shop/compose.yaml': SERVICES })).toBe('my_shop');
    expect(named('/.app 2', { '/.app 2/compose.yaml': SERVICES })).toBe('app2');
  });

  it('has the name of the last file that names one, variables replaced', () => {
    const texts = {
      '/p/.env': 'X=two\n',
      '/p/compose.yaml': `name: one\n${SERVICES}`,
      '/p/compose.override.yaml': 'name: ${X}\n',
    };
    expect(named('/p', texts)).toBe('two');
  });

  it('has the name of COMPOSE_PROJECT_NAME before any other, also from .env', () => {
    const texts = {
      '/p/.env': 'COMPOSE_PROJECT_NAME=b\n',
      '/p/compose.yaml': `name: a\n${SERVICES}`,
    };
    expect(named('/p', texts)).toBe('b');
    expect(named('/p', texts, { COMPOSE_PROJECT_NAME: 'c' })).toBe('c');
    expect(named('/p', texts, { COMPOSE_PROJECT_NAME: 'No Name' })).toContain(
      'no name for a project',
    );
  });

  it('has no modules, and reads nothing from a folder that is called compose', () => {
    const texts = { '/p/compose.yaml': SERVICES, '/p/compose/base.yaml': 'nonsense: [' };
    expect(readProject('/p', world(texts, {}))).toMatchObject({
      ok: true,
      value: { definedBy: 'compose', modules: [], compose: { files: ['/p/compose.yaml'] } },
    });
  });

  it('is no second way for a dev.yaml: that one counts, with the Compose file below it', () => {
    const texts = { '/p/dev.yaml': 'name: shop\n', '/p/compose.yaml': SERVICES };
    expect(readProject('/p', world(texts, {}))).toMatchObject({
      value: { definedBy: 'dev.yaml', name: 'shop', compose: { files: ['/p/compose.yaml'] } },
    });
    expect(named('/p', texts, { COMPOSE_FILE: 'gone.yml' })).toContain('gone.yml');
  });
});

describe('the folder of a project', () => {
  it('is the nearest with a dev.yaml, then the nearest with a Compose file', () => {
    expect(rootOf('/p/a/b', { '/p/compose.yml': '', '/p/a/b/x': '' })).toBe('/p');
    expect(rootOf('/p/a', { '/p/dev.yaml': '', '/p/a/compose.yml': '' })).toBe('/p');
    expect(rootOf('/p', { '/p/.env': 'COMPOSE_FILE=x.yml\n', '/p/x.yml': '' })).toBe('/p');
  });

  it('is not the one that another repository lies in', () => {
    const texts = { '/p/dev.yaml': '', '/p/a/compose.yml': '', '/p/a/.git/HEAD': '' };
    expect(rootOf('/p/a', texts)).toBe('/p/a');
  });

  it('is told to be none', () => {
    expect(rootOf('/p', { '/p/x': '' })).toBe('no dev.yaml and no Compose file here');
    const { files } = world({ '/p/dev.yml': '' }, {});
    expect(findProject('/p', files, () => false)).toMatchObject({
      failure: { why: 'dev.yml is not its name', cure: 'mv dev.yml dev.yaml' },
    });
  });
});
