import { join } from 'node:path';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { containerName } from '../../src/tools/container.ts';
import { leftovers } from '../support/engine-leftovers.ts';
import { freePort } from '../support/free-port.ts';
import { rigForSuite } from '../support/rig.ts';
import { SMALL_STACK } from '../support/small-stack.ts';
import { waitFor } from '../support/wait-for.ts';

const rig = rigForSuite({
  files: {
    ...SMALL_STACK,
    'tools-container/scripts/hello':
      '#!/bin/sh\n# about: greets\n# example: dev tools -- hello you\necho "hello $1"\n',
  },
});

const tools = (...args: string[]) => rig().dev(['tools', ...args]);
const inTools = (...argv: string[]) => rig().dev(['tools', '--', ...argv]);

function container(service: string): string {
  return `${rig().name}-${service}-1`;
}

async function docker(...args: string[]): Promise<string> {
  const done = await rig().run(['docker', ...args]);
  expect(done.status, done.stderr).toBe(0);
  return done.stdout;
}

/** Starts a container that belongs to the project as its services do. */
function startExtra(service: string, ...args: string[]): Promise<string> {
  const labels = { project: rig().name, service, oneoff: 'False' };
  return docker(
    ...['run', '--detach', '--name', container(service)],
    ...Object.entries(labels).flatMap(([key, value]) => [
      '--label',
      `com.docker.compose.${key}=${value}`,
    ]),
    ...args,
  );
}

beforeAll(async () => {
  const compose = rig().read('compose/base.yaml');
  rig().write('compose/base.yaml', compose.replace('18443', String(await freePort())));
  chmodSync(rig().path('tools-container/scripts/hello'), 0o755);
  const up = await rig().dev(['up', '--yes', '--detach']);
  expect(up.status, up.stderr).toBe(0);
  // `pricing` has no health check that would be waited for.
  await waitFor('all of it to answer', async () =>
    (await inTools('curl', '-sS', 'https://proxy/price')).stdout.includes('"price":42'),
  );
});

describe('dev tools', () => {
  it('has the tools, and none of the services has them', async () => {
    const names = 'curl jq dig nc ss ip tcpdump strace gdbserver htop lsof ps vim less tmux git';
    const more = 'psql redis-cli openssl wrk hey node python3';
    const all = `${names} ${more}`.split(' ');
    const found = await inTools('bash', '-c', `command -v ${all.join(' ')}`);
    expect(found.stdout.trim().split('\n')).toHaveLength(all.length);
    const api = await rig().run(['docker', 'exec', container('api'), 'which', 'tcpdump']);
    expect(api.status).not.toBe(0);
  });

  it('reaches every service by name, trusts its certificates, and has its passwords', async () => {
    const curl = await inTools('curl', '-sS', 'https://proxy/price');
    expect(curl.stdout, curl.stderr).toContain('"price":42');
    expect((await inTools('psql', 'db', '-Atc', 'select current_user')).stdout.trim()).toBe('shop');
    expect((await inTools('psql', '-Atc', 'select 6 * 7')).stdout.trim()).toBe('42');
    expect((await inTools('redis-cli', 'cache', 'ping')).stdout.trim()).toBe('PONG');
    const password = readFileSync(join(rig().places().secrets, 'db-password'), 'utf8').trim();
    const shown = await docker('inspect', `${rig().name}-tools`);
    expect(shown).not.toContain(password);
  });

  it('starts one container when two ask for it at once', async () => {
    await docker('rm', '--force', containerName(rig().name));
    const both = await Promise.all([inTools('true'), inTools('true')]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
  });

  it('passes status, input, output and folder on', async () => {
    expect((await inTools('sh', '-c', 'exit 7')).status).toBe(7);
    expect((await inTools('no-such-program')).status).toBe(127);
    const counted = await rig().dev(['tools', '--', 'wc', '-c'], { input: 'x'.repeat(300_000) });
    expect(counted.stdout.trim()).toBe('300000');
    const flood = await inTools('sh', '-c', 'head -c 5000000 /dev/zero | tr "\\0" x');
    expect(flood.stdout).toHaveLength(5_000_000);
    const folder = await rig().dev(['tools', '--', 'pwd'], { cwd: rig().path('server') });
    expect(folder.stdout.trim()).toBe('/workspace/server');
  });

  it('ends what it runs when it is interrupted', async () => {
    const running = rig().startDev(['tools', '--', 'sleep', '4711']);
    const sleepers = () => docker('exec', `${rig().name}-tools`, 'ps', '-eo', 'args');
    await waitFor('the program', async () => (await sleepers()).includes('sleep 4711'));
    running.kill('SIGINT');
    expect((await running.finished).status).toBe(130);
    expect(await sleepers()).not.toContain('sleep 4711');
  });

  it('reads the repository but cannot write it, and has no rights over the machine', async () => {
    const touched = await inTools('touch', '/workspace/new');
    expect(touched.status).not.toBe(0);
    expect(existsSync(rig().path('new'))).toBe(false);
    expect((await inTools('ls', '/var/run/docker.sock')).status).not.toBe(0);
    const rights = await inTools('grep', 'CapEff', '/proc/self/status');
    expect(rights.stdout.trim()).toMatch(/\t0+$/);
  });

  it('runs a project’s own scripts and lists all of them', async () => {
    expect((await inTools('hello', 'you')).stdout.trim()).toBe('hello you');
    const listed = await rig().dev(['--json', 'tools', 'list']);
    const { scripts } = JSON.parse(listed.stdout) as {
      scripts: { name: string; about: string; example?: string; origin: string }[];
    };
    expect(scripts.find(({ name }) => name === 'hello')).toMatchObject({ origin: 'project' });
    for (const { name, about, example } of scripts) {
      expect(about, name).not.toBe('');
      expect(example, name).toContain('dev tools');
    }
  });

  it('takes the engine’s socket only when the settings say so', async () => {
    const before = rig().read('dev.settings.yaml');
    rig().write('dev.settings.yaml', before.replace('engine_socket: false', 'engine_socket: true'));
    const ping = ['curl', '-s', '--unix-socket', '/var/run/docker.sock', 'http://d/_ping'];
    const refused = await inTools(...ping);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain(
      'settings tools.engine_socket is not agreed to yet (dev trust)',
    );
    expect((await rig().dev(['trust'])).stdout).toContain(
      "the engine's socket in the tools container",
    );
    const asked = await inTools(...ping);
    rig().write('dev.settings.yaml', before);
    expect(asked.stdout, asked.stderr).toBe('OK');
    expect((await inTools(...ping)).status).not.toBe(0);
  });
});

describe('dev tools --target', () => {
  it('joins a service that is not root and read-only, and says with which rights', async () => {
    const script = 'ps -o uid=,args= -p 1; ss -tlnH; cat /target/srv/server.mjs; id -u';
    const seen = await tools('--target', 'pricing', '--', 'sh', '-c', script);
    expect(seen.status, seen.stderr).toBe(0);
    expect(seen.stderr).toContain('SYS_PTRACE and NET_ADMIN');
    expect(seen.stdout).toContain('12345');
    expect(seen.stdout).toContain(':4000');
    expect(seen.stdout).toContain('createServer');
    const traced = await tools(
      ...['--target', 'pricing', '--'],
      ...['timeout', '2', 'strace', '-f', '-p', '1', '-o', '/tmp/trace'],
    );
    expect(traced.stderr).toContain('attached');
    const capture = ['timeout', '30', 'tcpdump', '-i', 'any', '-c', '1', '-n', 'tcp'];
    const captured = tools('--target', 'pricing', '--', ...capture);
    let seenOne = false;
    void captured.then(() => (seenOne = true));
    await waitFor('a packet', async () => {
      await inTools('curl', '-s', 'http://pricing:4000/x');
      return seenOne;
    });
    expect((await captured).stdout).toContain('4000');
  });

  it('joins a service that has no shell at all', async () => {
    const image = (await docker('inspect', '--format', '{{.Image}}', `${rig().name}-tools`)).trim();
    const name = `${rig().name}-shell-less`;
    await docker('tag', image, `${name}-source`);
    const dockerfile = [
      `FROM ${name}-source AS source`,
      'FROM scratch',
      'COPY --from=source /usr/bin/busybox /busybox-alone',
    ].join('\n');
    const built = await rig().run(['docker', 'build', '--tag', name, '-'], { input: dockerfile });
    expect(built.status, built.stderr).toBe(0);
    try {
      const options = ['--read-only', '--user', '12345:12345', '--entrypoint', '/busybox-alone'];
      await startExtra('bare', ...options, name, 'sleep', '3600');
      const seen = await tools(
        '--target',
        'bare',
        '--',
        'sh',
        '-c',
        'ls /target; ps -o args= -p 1',
      );
      expect(seen.stdout, seen.stderr).toContain('busybox-alone');
      expect(seen.stdout).toContain('sleep 3600');
    } finally {
      await docker('rm', '--force', container('bare'));
      await docker('rmi', name, `${name}-source`);
    }
  });

  it.each([
    ['gone', 'no', 'echo last words; echo left > /tmp/left', 'last words', 'left'],
    ['crashing', 'always', 'echo dying words; echo kept > /tmp/kept; exit 3', 'dying', 'kept'],
  ])('shows files and last lines of one that is %s', async (service, restart, run, words, file) => {
    const image = (await docker('inspect', '--format', '{{.Image}}', container('api'))).trim();
    const options = ['--restart', restart, '--entrypoint', 'sh', image, '-c', run];
    await startExtra(service, ...options);
    try {
      const format = ['--format', '{{.State.Status}} {{.RestartCount}}'];
      await waitFor('it to have ended once', async () => {
        const state = await docker('inspect', ...format, container(service));
        return state.trim() !== 'running 0';
      });
      const seen = await tools('--target', service, '--', 'cat', `/target/tmp/${file}`);
      expect(seen.stdout.trim(), seen.stderr).toBe(file);
      expect(seen.stderr).toContain(words);
      expect(await docker('ps', '--all', '--format', '{{.Names}}')).not.toContain('-look-');
      const images = await docker('images', '--format', '{{.Repository}}');
      expect(images).not.toContain(`${rig().name}-`);
    } finally {
      await docker('rm', '--force', container(service));
    }
  });

  it('says which services there are', async () => {
    const wrong = await tools('--target', 'prcing', '--', 'true');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('pricing');
  });
});

describe('nothing of it', () => {
  it('is left after dev down', async () => {
    expect((await rig().dev(['down'])).status).toBe(0);
    expect((await leftovers(rig().name)).containers).toEqual([]);
    expect((await leftovers(rig().name)).networks).toEqual([]);
    expect((await inTools('true')).stderr).toContain('dev up');
  });
});
