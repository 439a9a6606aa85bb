import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { emptyFolder, locksNothing, sayingEmpty } from '../../../src/engine/empty-install.ts';

function run(text: string, targets: readonly string[], cwd: string) {
  const said: string[] = [];
  let status = 0;
  try {
    const output = execFileSync('sh', ['-c', sayingEmpty(text, targets)], {
      cwd,
      encoding: 'utf8',
    });
    said.push(...output.split('\n'));
  } catch (error) {
    status = (error as { readonly status: number }).status;
  }
  return { status, empty: said.flatMap((line) => emptyFolder(line) ?? []) };
}

it('says that all folders were left empty, whatever the command is, and keeps its status', () => {
  const folder = mkdtempSync(join(tmpdir(), "onestack-it's-empty-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [full = '', empty = '', other = ''] = ['full', 'empty', 'other'].map((name) =>
    join(folder, name),
  );
  for (const path of [full, empty, other]) mkdirSync(path);
  const fills = 'touch full/x';
  for (const text of [fills, `${fills}; exit 0`, `${fills} # all`, `if true; then\n${fills}\nfi`]) {
    const ran = run(text, [empty, other], folder);
    expect({ text, ...ran }).toEqual({ text, status: 0, empty: [empty] });
    // Members of a workspace have nothing of their own.
    expect(run(text, [empty, full], folder)).toEqual({ status: 0, empty: [] });
  }
  // Of what cannot be looked into nothing is known.
  expect(run('true', [join(folder, 'gone')], folder)).toEqual({ status: 0, empty: [] });
  expect(run('exit 3', [empty], folder)).toEqual({ status: 3, empty: [] });
  expect(run('false', [empty], folder)).toEqual({ status: 1, empty: [] });
});

it('is right where lockfiles lock nothing', () => {
  const root = '{ "packages": { "": { "name": "a" } } }';
  const one = '{ "packages": { "": {}, "node_modules/a": {} } }';
  expect(
    locksNothing([
      ['package.json', '{}'],
      ['package-lock.json', root],
    ]),
  ).toBe(true);
  expect(locksNothing([['package-lock.json', one]])).toBe(false);
  expect(locksNothing([['requirements.txt', '# none\n\n']])).toBe(true);
  expect(locksNothing([['requirements.txt', 'flask==3.0\n']])).toBe(false);
  expect(locksNothing([['yarn.lock', '# yarn lockfile v1\n\n']])).toBe(true);
  expect(locksNothing([['yarn.lock', 'a@1:\n  version "1"\n  resolved "https://x"\n']])).toBe(
    false,
  );
  expect(locksNothing([['pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n"]])).toBe(
    true,
  );
  // Nothing is known of it.
  expect(locksNothing([['vendor.list', '']])).toBe(false);
  expect(locksNothing([])).toBe(false);
});
