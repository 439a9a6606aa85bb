import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostFiles } from '../../../src/adapters/files.ts';
import { readHost } from '../../../src/adapters/host.ts';
import { hostProcesses } from '../../../src/adapters/processes.ts';
import { commitVersion } from '../../../src/app/release/commit-version.ts';
import { exportSources } from '../../../src/app/release/export-sources.ts';
import { readSources, uncommitted } from '../../../src/app/release/read-sources.ts';
import { ownPrograms } from '../../../src/release/git-programs.ts';

const WORLD = { processes: hostProcesses, host: readHost('/tool', '0.0.0'), files: hostFiles };

let base = '';
let repository = '';
const proof = (): string => join(base, 'owned');
const runs = (): string => `touch ${proof()}`;
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@l', ...args], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
    // Somebody else's configuration is not what this is about.
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_ALLOW_PROTOCOL: 'file:ext' },
  });
const configure = (text: string): void => appendFileSync(join(repository, '.git/config'), text);
const write = (path: string, text: string): void => writeFileSync(join(repository, path), text);

/** A commit that somebody seems to have signed. */
function sign(): void {
  const tree = git('write-tree').trim();
  const who = 't <t@l> 1700000000 +0000';
  const signature = '-----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----';
  const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\ngpgsig ${signature}\n\nmessage\n`;
  const argv = ['-C', repository, 'hash-object', '-t', 'commit', '-w', '--stdin'];
  git('update-ref', 'HEAD', execFileSync('git', argv, { input: text, encoding: 'utf8' }).trim());
}

/** Everything that the tool asks git, of the repository or of a folder in it. */
async function everything(folder = repository): Promise<readonly string[]> {
  const failures: string[] = [];
  const version = await commitVersion(folder, WORLD);
  if (!version.ok) failures.push(version.failure.what);
  const changed = await uncommitted(folder, WORLD, '.');
  if (!changed.ok) failures.push(changed.failure.what);
  const sources = await readSources(folder, WORLD);
  if (!sources.ok) return [...failures, sources.failure.what];
  const from = { root: folder, folder: join(base, 'export') };
  const exported = await exportSources(sources.value, from, WORLD);
  if (!exported.ok) failures.push(exported.failure.what);
  return failures;
}

const tryPlainly = (...args: readonly string[]): void => {
  try {
    git(...args);
  } catch {
    // The program that it ran may well have failed.
  }
};

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'ostest-git-')));
  repository = join(base, 'repository');
  mkdirSync(repository);
  git('init', '--quiet', '-b', 'main');
  write('.gitattributes', '* filter=evil\n');
  write('a file', 'text\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  // Its contents are the same and git has to look.
  utimesSync(join(repository, 'a file'), 1, 1);
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

describe('a repository whose configuration names programs', () => {
  it.each([
    ['a file system monitor', () => `[core]\n\tfsmonitor = "${runs()}; false"\n`, ['status']],
    ['a clean filter', () => `[filter "evil"]\n\tclean = ${runs()}; cat\n`, ['status']],
    ['a filter process', () => `[filter "evil"]\n\tprocess = ${runs()}\n`, ['status']],
    [
      'a smudge filter',
      () => `[filter "evil"]\n\tsmudge = ${runs()}; cat\n`,
      ['archive', '-o', '/dev/null', 'HEAD'],
    ],
    ['who checks signatures', () => `[log]\n\tshowSignature = true\n`, ['log', '-1']],
    [
      'who brings missing objects',
      () => {
        const missing = git('rev-parse', 'HEAD:a file').trim();
        rmSync(join(repository, '.git/objects', missing.slice(0, 2), missing.slice(2)));
        return `[extensions]\n\tpartialClone = o\n[remote "o"]\n\tpromisor = true\n\turl = "ext::sh -c ${runs().replace(' ', '% ')}"\n[core]\n\trepositoryFormatVersion = 1\n`;
      },
      ['cat-file', '-p', 'HEAD:a file'],
    ],
  ])('has %s, which git alone runs and the tool does not', async (_what, settings, plainly) => {
    const gpg = join(base, 'gpg');
    writeFileSync(gpg, `#!/bin/sh\n${runs()}\n`);
    chmodSync(gpg, 0o755);
    sign();
    const text = settings();
    configure(`${text}[gpg]\n\tprogram = ${gpg}\n`);
    tryPlainly(...plainly);
    expect(existsSync(proof()), 'the attack itself').toBe(true);
    rmSync(proof());
    const failures = await everything();
    expect(existsSync(proof())).toBe(false);
    if (text.includes('[filter')) {
      const refused = `git's configuration in ${repository} names a program of its own: filter.evil.`;
      // The version, what is not committed, and the export.
      expect(failures.filter((what) => what.startsWith(refused))).toHaveLength(3);
    }
  });

  it('is one that a clone brought along as a folder of its own', async () => {
    const inner = join(repository, 'examples');
    mkdirSync(inner);
    execFileSync('git', ['init', '--quiet', '--bare', '-b', 'main', inner]);
    renameSync(join(inner, 'hooks'), join(base, 'hooks'));
    writeFileSync(join(inner, 'dev.yaml'), 'name: inner\n');
    const config = join(inner, 'config');
    const bare = readFileSync(config, 'utf8').replace('bare = true', 'bare = false');
    writeFileSync(config, `${bare}\tworktree = ${inner}\n\tfsmonitor = "${runs()}; false"\n`);
    execFileSync('git', ['-C', inner, '-c', 'core.fsmonitor=', 'add', 'dev.yaml']);
    tryPlainly('-C', inner, 'status');
    expect(existsSync(proof()), 'the attack itself').toBe(true);
    rmSync(proof());
    const failures = await everything(inner);
    expect(existsSync(proof())).toBe(false);
    expect(failures.length).toBeGreaterThan(0);
  });

  it('is a submodule, whose changes are told as before', async () => {
    const library = join(base, 'library');
    execFileSync('git', ['clone', '--quiet', repository, library]);
    git('submodule', '--quiet', 'add', library, 'lib rary');
    git('commit', '--quiet', '-m', 'two');
    expect(await uncommitted(repository, WORLD)).toEqual({ ok: true, value: [] });
    writeFileSync(join(repository, 'lib rary/a file'), 'other\n');
    expect(await uncommitted(repository, WORLD)).toEqual({ ok: true, value: ['lib rary'] });
    const [name = ''] = readdirSync(join(repository, '.git/modules'));
    const settings = `[core]\n\tfsmonitor = "${runs()}; false"\n[filter "evil"]\n\tclean = ${runs()}; cat\n`;
    appendFileSync(join(repository, '.git/modules', name, 'config'), settings);
    tryPlainly('status');
    expect(existsSync(proof()), 'the attack itself').toBe(true);
    rmSync(proof());
    expect((await everything()).join('\n')).toContain('lib rary names a program of its own');
    expect(existsSync(proof())).toBe(false);
  });
});

describe('programs of a repository’s own configuration', () => {
  const listing = (...settings: readonly (readonly [string, string, string])[]): string =>
    settings.map(([scope, key, value]) => `${scope}\0${key}\n${value}\0`).join('');

  it('are those of its folder, not the person’s', () => {
    const key = 'filter.Crypt.x.smudge';
    expect(ownPrograms(listing(['global', key, 'crypt'], ['system', key, 'crypt']))).toEqual([]);
    expect(ownPrograms(listing(['local', key, 'a\nb']))).toEqual([{ key, value: 'a\nb' }]);
    expect(ownPrograms(listing(['worktree', key, 'crypt']))).toHaveLength(1);
    expect(ownPrograms('local\0filter.x.required\0local\0core.bare\nfalse\0')).toEqual([]);
  });

  it('may be git-lfs as it sets itself up, and nothing that only begins so', () => {
    const clean = (value: string) => ownPrograms(listing(['local', 'filter.lfs.clean', value]));
    expect(clean('git-lfs clean -- %f')).toEqual([]);
    expect(clean('git-lfs filter-process')).toEqual([]);
    expect(clean('git-lfs clean -- %f; id')).toHaveLength(1);
    const extension = 'lfs.extension.evil.clean';
    expect(ownPrograms(listing(['local', extension, 'id']))).toHaveLength(1);
  });
});
