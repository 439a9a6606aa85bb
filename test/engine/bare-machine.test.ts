import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld } from '../../src/adapters/world.ts';
import { ensureRootImage } from '../../src/app/machine/ensure-root-image.ts';
import { type BareMachine, startBareMachine, TOOL } from '../support/bare-machine.ts';
import { runProgram } from '../support/run-program.ts';

/** What must not change without a yes. */
const FINGERPRINT = 'dpkg-query --list | cksum; find /etc /var/lib/apt -type f | sort | cksum';
const ENGINE_ANSWERS = ['docker', 'version', '--format', '{{.Server.Version}}'];

let madeDebian12 = false;

beforeAll(async () => {
  // The product's own way to an image of another release, from packages.
  const image = await ensureRootImage(createWorld('', 'test'), 'debian:bookworm-slim', {
    yes: true,
    report: () => undefined,
  });
  if (!image.ok) throw new Error(JSON.stringify(image.failure));
  madeDebian12 = image.value !== 'present';
});

afterAll(async () => {
  if (madeDebian12) await runProgram(['docker', 'image', 'rm', 'debian:bookworm-slim']);
});

describe('a bare Debian 12, as root', () => {
  let machine: BareMachine;
  beforeAll(async () => {
    machine = await startBareMachine('debian:bookworm-slim');
  });
  afterAll(() => machine.remove());

  it('without a yes and without a terminal says what is missing and how to get it', async () => {
    const before = await machine.sh(FINGERPRINT);
    const { status, stderr } = await machine.dev(['doctor', '--fix']);
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /^error: there is no Docker engine on this machine; the docker client is not installed/,
    );
    expect(stderr).toContain('why: nothing is installed or started without a yes\n');
    expect(stderr).toContain('--no-install-recommends docker.io ca-certificates docker-cli');
    expect(stderr).toContain('start-stop-daemon --start');
    expect((await machine.sh(FINGERPRINT)).stdout).toBe(before.stdout);
  });

  it('with --yes gets an engine, and nothing else of the newer release', async () => {
    const { status, stderr } = await machine.dev(['doctor', '--fix', '--yes']);
    expect(stderr).toContain('✓ start the engine');
    expect(status).toBe(0);
    expect((await machine.run(ENGINE_ANSWERS)).stdout).toMatch(/^2[6-9]\./);
    expect((await machine.run(['docker', 'compose', 'version', '--short'])).stdout).toMatch(/^2\./);
    const newer = await machine.sh(
      `dpkg-query --show --showformat '\${Package} \${Version}\\n' | grep '[+]deb13' | cut -d' ' -f1`,
    );
    expect(newer.stdout.split('\n').filter((name) => !name.startsWith('docker'))).toEqual(['']);
    const upgrades = await machine.run(['apt-get', '--simulate', 'dist-upgrade']);
    expect(upgrades.stdout).not.toMatch(/Debian:13|trixie/);
  });

  it('a second time changes nothing', async () => {
    const { status, stderr } = await machine.dev(['doctor', '--fix', '--yes']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });

  it('starts the engine again after it was killed', async () => {
    await machine.sh('kill -KILL $(cat /run/docker.pid)');
    const { status, stderr } = await machine.dev(['doctor', '--fix', '--yes', '--json']);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('remove the pid file of an engine that is gone');
    expect(stderr).not.toContain('install');
  });

  it('starts it although its pid file names another program that lives', async () => {
    await machine.sh(`
      pid=$(cat /run/docker.pid)
      kill -TERM $pid
      while [ -e /proc/$pid ]; do sleep 0.1; done
      sleep 600 >/dev/null 2>&1 & echo $! >/run/docker.pid`);
    const { status, stderr } = await machine.dev(['doctor', '--fix', '--yes']);
    expect(status, stderr).toBe(0);
  });

  it('has an engine that runs containers', async () => {
    const loaded = await runProgram([
      ...['sh', '-c'],
      `docker save debian:trixie-slim | docker exec -i ${machine.name} docker load`,
    ]);
    expect(loaded.status, loaded.stderr).toBe(0);
    const hello = await machine.run(['docker', 'run', '--rm', 'debian:trixie-slim', 'echo', 'hi']);
    expect(hello.stdout).toBe('hi\n');
  });
});

describe('a bare Debian 13', () => {
  let machine: BareMachine;
  beforeAll(async () => {
    machine = await startBareMachine('debian:trixie-slim');
    const prepared = await machine.sh(`
      apt-get -q update && apt-get -q install --yes --no-install-recommends sudo
      useradd --create-home ann && useradd --create-home bob
      echo 'ann ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ann`);
    if (prepared.status !== 0) throw new Error(prepared.stderr);
  });
  afterAll(() => machine.remove());

  it('plans what there is to do, the engine first, and does nothing of it', async () => {
    const compose = 'services: { web: { image: nginx, command: sleep 9 } }';
    await machine.sh(`mkdir /tmp/plain && echo '${compose}' >/tmp/plain/compose.yaml`);
    const { status, stdout, stderr } = await machine.dev(['up', '--dry-run', '--yes'], {
      folder: '/tmp/plain',
    });
    expect(status, stderr).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(
      /^bring a Docker engine: there is no Docker engine on this machine/,
    );
    expect(stdout).toContain('pull nginx');
    expect(stdout).toContain('create web: no container yet');
    expect((await machine.sh('ls /tmp/plain -A; ls /usr/bin/docker* || true')).stdout).toBe(
      'compose.yaml\n',
    );
  });

  it('gives a user with sudo an engine that she may use at once', async () => {
    const { status, stderr } = await machine.dev(['doctor', '--fix', '--yes'], { user: 'ann' });
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('ann is in the group docker from the next login on');
    expect((await machine.run(ENGINE_ANSWERS, { user: 'ann' })).status).toBe(0);
    // Its own packages: nothing had to be borrowed.
    expect((await machine.sh('ls /etc/apt/preferences.d')).stdout).toBe('');
  });

  it('tells a user without rights whom to ask', async () => {
    await machine.sh('rm /usr/bin/sudo');
    const { status, stderr } = await machine.dev(['doctor', '--fix', '--yes'], { user: 'bob' });
    expect(status).toBe(3);
    expect(stderr).toContain('the engine runs, and bob may not use it');
    expect(stderr).toContain('Ask an administrator for: usermod -aG docker bob');
  });
});

/** Everything from nothing takes minutes: asked for with ONESTACK_TEST_BARE=up. */
describe.runIf(process.env['ONESTACK_TEST_BARE'] === 'up')(
  'the example on a bare Debian 12',
  () => {
    let machine: BareMachine;
    beforeAll(async () => {
      machine = await startBareMachine('debian:bookworm-slim');
      await machine.sh(`cp --recursive ${TOOL}/examples/shop /tmp/shop`);
    });
    afterAll(() => machine.remove());
    const inShop = { folder: '/tmp/shop' };

    it(
      'comes up healthy with one command, engine, root image and all',
      { timeout: 1_800_000 },
      async () => {
        const { status, stderr } = await machine.dev(['up', '--yes', '--detach'], inShop);
        expect(status, stderr).toBe(0);
        expect((await machine.dev(['status'], inShop)).status).toBe(0);
        // The engine's packages changed the machine's certificates on the way.
        const again = await machine.dev(['up', '--dry-run'], inShop);
        expect(again.stdout).toContain('nothing to do');
      },
    );

    it('comes up again after the engine was killed', async () => {
      await machine.sh('kill -KILL $(cat /run/docker.pid)');
      const { status, stderr } = await machine.dev(['up', '--yes', '--detach'], inShop);
      expect(status, stderr).toBe(0);
      expect((await machine.dev(['status'], inShop)).status).toBe(0);
    });
  },
);
