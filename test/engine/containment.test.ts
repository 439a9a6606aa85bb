import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { personFolder } from '../../src/generate/person-folder.ts';
import { freePort } from '../support/free-port.ts';
import { rigForSuite, rigForTest, type Rig } from '../support/rig.ts';
import { smallProject } from '../support/small-project.ts';
import { waitFor } from '../support/wait-for.ts';

const UP = ['up', '--yes', '--detach'];
const PERSON = personFolder({ home: process.env['HOME'] ?? '/root', environment: process.env });

const inside = (rig: Rig, service: string, script: string) =>
  rig.run(['docker', 'exec', `${rig.name}-${service}-1`, 'sh', '-c', script]);

describe('code in a container', () => {
  const rig = rigForSuite({
    files: { ...smallProject(0), 'compose/dev.yaml': 'services: {}\n' },
  });

  it('finds no key, no secret of others, no socket, and nothing of .dev', async () => {
    rig().write('dev.yaml', `${rig().read('dev.yaml')}services: { db: redis }\n`);
    expect((await rig().dev(UP)).status, rig().transcript()).toBe(0);
    const { secrets } = rig().places();
    const password = readFileSync(join(secrets, 'db-password'), 'utf8');
    const seen = await inside(rig(), 'web', 'ls -A /workspace/.dev; ls -A /run/secrets');
    expect(seen.stdout).toBe('');
    const found = await inside(
      rig(),
      'web',
      `find / -xdev \\( -name '*.sock' -o -name '*.key' -o -name socket-key \\) 2>/dev/null;
       grep -rlF -e '${password}' -e 'PRIVATE KEY-----' /workspace /etc /run /home /tmp 2>/dev/null`,
    );
    expect(found.stdout).toBe('');
    // Its own one, and nothing else.
    expect((await inside(rig(), 'db', 'ls /run/secrets')).stdout).toBe('password\n');
  });

  it('can neither write .dev nor put another in its place', async () => {
    const tried = await inside(
      rig(),
      'web',
      'touch /workspace/.dev/x; rm -rf /workspace/.dev; mv /workspace/.dev /workspace/y; ls -A /workspace',
    );
    expect(tried.stdout).not.toContain('y\n');
    expect(existsSync(rig().path('.dev/x'))).toBe(false);
    expect(existsSync(rig().path('.dev/compose.yaml'))).toBe(true);
  });

  it('gets nothing of the host by an edit of the definition', async () => {
    const container = async (): Promise<string> =>
      (await rig().run(['docker', 'inspect', '-f', '{{.Id}}', `${rig().name}-web-1`])).stdout;
    const before = await container();
    await inside(
      rig(),
      'web',
      `printf 'services:\\n  web:\\n    volumes: ["/:/host"]\\n' > /workspace/compose/dev.yaml`,
    );
    await waitFor('the session to say so', async () =>
      (await rig().dev(['status'])).stdout.includes('compose/dev.yaml:3'),
    );
    expect(await container()).toBe(before);
  });

  it('has no way to the sockets: they lie outside of the project, in private folders', () => {
    const { sockets, state } = rig().places();
    for (const folder of [sockets, state]) {
      expect(folder.startsWith(rig().directory)).toBe(false);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });
});

describe('a repository with links of its own', () => {
  /** Somebody's files outside of the project. */
  function strange(rig: Rig): string {
    const victim = `${rig.directory}-victim`;
    mkdirSync(victim);
    onTestFinished(() => rmSync(victim, { recursive: true, force: true }));
    writeFileSync(join(victim, 'id'), 'VICTIM\n', { mode: 0o600 });
    return victim;
  }
  const untouched = (victim: string): void => {
    expect(readdirSync(victim)).toEqual(['id']);
    expect(readFileSync(join(victim, 'id'), 'utf8')).toBe('VICTIM\n');
    expect(lstatSync(victim).mode & 0o777).toBe(0o755);
  };

  it('writes and reads nothing through them, by file or by folder', async () => {
    const rig = rigForTest({ files: { 'dev.yaml': 'name: links\nservices: { db: redis }\n' } });
    const victim = strange(rig);
    mkdirSync(rig.path('.dev/certs'), { recursive: true, mode: 0o755 });
    for (const name of ['secrets', 'state', 'logs']) symlinkSync(victim, rig.path(`.dev/${name}`));
    const names = [
      'certs/ca.key',
      'certs/ca.crt',
      'compose.yaml',
      'instance',
      '.gitignore',
      'lock',
    ];
    for (const name of names) symlinkSync(join(victim, 'id'), rig.path(`.dev/${name}`));
    const up = await rig.dev(UP);
    expect(up.status, rig.transcript()).toBe(0);
    expect(up.stderr).toContain('.dev/secrets came with the project and is not used');
    untouched(victim);
    expect(statSync(rig.path('.dev')).mode & 0o777).toBe(0o700);
    const password = await inside(rig, 'db', 'cat /run/secrets/password');
    expect(password.stdout).not.toContain('VICTIM');
    expect((await rig.dev(['clean', '--volumes', '--yes'])).status).toBe(0);
    untouched(victim);
  });

  it('has no .dev that is a link, and no settings that are one', async () => {
    const rig = rigForTest({ files: { 'dev.yaml': 'name: links\nservices: { db: redis }\n' } });
    const victim = strange(rig);
    symlinkSync(victim, rig.path('.dev'));
    const up = await rig.dev(UP);
    expect(up.status).toBe(1);
    expect(up.stderr).toContain('.dev is a symlink to');
    untouched(victim);
    rmSync(rig.path('.dev'));
    rmSync(rig.path('dev.settings.yaml'), { force: true });
    symlinkSync(join(victim, 'id'), rig.path('dev.settings.yaml'));
    const settings = await rig.dev(['settings', 'apply=ask']);
    expect(settings.status).not.toBe(0);
    expect(settings.stderr).not.toContain('VICTIM');
    untouched(victim);
  });
});

it('what an older version kept in the project is moved over once, and nothing is lost', async () => {
  const port = await freePort();
  const rig = rigForTest({ files: smallProject(port) });
  rig.write('dev.yaml', `${rig.read('dev.yaml')}services: { db: redis }\n`);
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  const set = 'REDISCLI_AUTH="$(cat /run/secrets/password)" redis-cli set a kept';
  expect((await inside(rig, 'db', set)).stdout).toBe('OK\n');
  expect((await rig.dev(['down'])).status).toBe(0);

  // As that version left it: a name in the registry, all else in `.dev`.
  const { state, secrets, ca, server } = rig.places();
  const password = readFileSync(join(secrets, 'db-password'), 'utf8');
  const key = readFileSync(ca.key, 'utf8');
  rmSync(rig.path('.dev/secrets'));
  rmSync(rig.path('.dev/instance'));
  mkdirSync(rig.path('.dev/secrets'));
  writeFileSync(rig.path('.dev/secrets/db-password'), password);
  for (const { certificate, key: path } of [ca, server]) {
    for (const file of [certificate, path]) {
      writeFileSync(rig.path(`.dev/certs/${file.split('/').at(-1) ?? ''}`), readFileSync(file));
    }
  }
  mkdirSync(rig.path('.dev/state'));
  writeFileSync(rig.path('.dev/state/ports.json'), '{}');
  rmSync(state, { recursive: true });
  const registry = join(PERSON, 'instances.json');
  const claims = JSON.parse(readFileSync(registry, 'utf8')) as Record<string, object>;
  claims[rig.directory] = { project: rig.name, instance: rig.name };
  writeFileSync(registry, JSON.stringify(claims));

  const up = await rig.dev(UP);
  expect(up.status, rig.transcript()).toBe(0);
  expect(up.stderr).toContain('moved keys, credentials, state and logs out of the project');
  const get = 'REDISCLI_AUTH="$(cat /run/secrets/password)" redis-cli get a';
  expect((await inside(rig, 'db', get)).stdout).toBe('kept\n');
  const now = rig.places();
  expect(now.state).not.toBe(state);
  expect(readFileSync(now.ca.key, 'utf8')).toBe(key);
  expect(readFileSync(join(now.secrets, 'db-password'), 'utf8')).toBe(password);
  expect(readdirSync(rig.path('.dev')).sort()).toEqual([
    ...['.gitignore', 'certs', 'compose.yaml', 'instance', 'secrets'],
  ]);
  expect(readdirSync(rig.path('.dev/certs')).sort()).toEqual(['bundle.crt', 'ca.crt']);
  // A file, at which an older version stops.
  expect(statSync(rig.path('.dev/secrets')).isFile()).toBe(true);
  const again = await rig.dev(UP);
  expect(again.stderr).not.toContain('moved keys');
  expect(again.stdout).toContain('nothing to do');

  // A folder that is moved finds its own again; a deleted .dev does not matter.
  rmSync(rig.path('.dev'), { recursive: true });
  expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
  expect(rig.places().state).toBe(now.state);
});
