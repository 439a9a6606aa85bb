import { describe, expect, it } from 'vitest';
import { ensureEngine } from '../../../../src/app/machine/ensure-engine.ts';
import { gatherFacts } from '../../../../src/host/gather.ts';
import { FakeMachine, type MachineOptions } from '../../../support/fake-machine.ts';

const SOCKET = '/var/run/docker.sock';

async function bring(options: MachineOptions, yes = true, prepare?: (m: FakeMachine) => void) {
  const machine = new FakeMachine(options);
  prepare?.(machine);
  const result = await ensureEngine(machine.world(), {
    yes,
    report: (event) => void machine.events.push(event),
  });
  return { machine, result };
}

function commands(machine: FakeMachine): string[] {
  return machine.changes.map((argv) => argv.join(' '));
}

describe('an engine that runs', () => {
  it('is left alone', async () => {
    const { machine, result } = await bring({ installed: true, running: true });
    expect(result).toEqual({ ok: true, value: { version: '26.1.5', installed: [] } });
    expect(machine.changes).toEqual([]);
  });
});

describe('a docker program that is broken', () => {
  it.each([
    ['says nothing', { status: 0, stdout: '', stderr: '' }],
    ['cannot be run', { status: 126, stdout: '', stderr: 'spawn EACCES' }],
  ])('and %s is named, and no package is installed', async (_, outcome) => {
    const { machine, result } = await bring({ installed: true, running: true }, true, (each) => {
      each.failures.set('docker', { outcome, times: Infinity });
    });
    expect(result).toMatchObject({
      ok: false,
      failure: {
        reason: 'no-engine',
        what: '/usr/bin/docker is not Docker’s client',
        cure: expect.stringContaining('PATH') as string,
      },
    });
    expect(commands(machine)).toEqual(['/usr/bin/docker --version']);
  });
});

describe('a bare Debian 12 as root', () => {
  it('gets the engine of Debian 13, pinned before it is named, and starts it', async () => {
    const { machine, result } = await bring({ release: 'debian12' });
    expect(result).toMatchObject({ ok: true, value: { startedPid: 4242 } });
    expect(commands(machine).map((line) => line.replace(/-o \S+ /g, ''))).toEqual([
      'tee /etc/apt/preferences.d/onestack-engine',
      'tee /etc/apt/sources.list.d/onestack-engine.sources',
      'apt-get -q update',
      'env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q install --yes --no-install-recommends' +
        ' docker.io ca-certificates docker-cli docker-compose docker-buildx',
      'start-stop-daemon --start --oknodo --background --output /var/log/dockerd.log --pidfile /var/run/docker.pid --exec /usr/sbin/dockerd',
    ]);
    expect(machine.files.read('/etc/apt/sources.list.d/onestack-engine.sources')).toMatchObject({
      value: expect.stringContaining(
        'URIs: http://mirror.example/debian\nSuites: trixie',
      ) as string,
    });
  });

  it('keeps everything but the engine away from the newer release', async () => {
    const { machine } = await bring({ release: 'debian12' });
    expect(machine.files.read('/etc/apt/preferences.d/onestack-engine')).toEqual({
      ok: true,
      value: `Explanation: written by Onestack: from Debian 13 only the engine
Package: docker-buildx docker-cli docker-compose docker.io
Pin: release n=trixie*
Pin-Priority: 600

Package: *
Pin: release n=trixie*
Pin-Priority: 1
`,
    });
  });

  it('keeps the pins of an earlier run', async () => {
    const { machine } = await bring({ installed: true }, true, (each) => {
      each.files.put('/etc/apt/preferences.d/onestack-engine', 'Package: docker.io\nPin: x\n');
      each.files.put('/usr/bin/docker', '', 0o644);
    });
    const pins = machine.files.read('/etc/apt/preferences.d/onestack-engine');
    expect(pins.ok && pins.value).toContain(
      'Package: docker-buildx docker-cli docker-compose docker.io\n',
    );
  });
});

describe('other machines', () => {
  it('Debian 13 takes its own packages', async () => {
    const { machine, result } = await bring({ release: 'debian13' });
    expect(result.ok).toBe(true);
    expect(commands(machine).some((line) => line.startsWith('tee'))).toBe(false);
  });

  it('Ubuntu takes its own packages, by its names', async () => {
    const { machine } = await bring({ release: 'ubuntu2404' });
    expect(commands(machine)[1]).toMatch(
      / docker\.io ca-certificates docker-compose-v2 docker-buildx$/,
    );
  });

  it('systemd starts the engine where it runs, and nobody stops it later', async () => {
    const { machine, result } = await bring({ systemd: true });
    expect(commands(machine).at(-1)).toBe('systemctl start docker.service');
    expect(result).not.toMatchObject({ value: { startedPid: 4242 } });
  });

  it('an unknown distribution is told where to look, and left alone', async () => {
    const { machine, result } = await bring({ release: 'fedora' });
    expect(result).toMatchObject({
      failure: {
        reason: 'no-engine',
        what: 'there is no Docker engine on this machine',
        why: expect.stringContaining('Fedora Linux 42') as string,
        cure: 'https://docs.docker.com/engine/install/',
      },
    });
    expect(machine.changes).toEqual([]);
  });

  it('an engine elsewhere is not replaced by one here', async () => {
    const { machine, result } = await bring({
      environment: { DOCKER_HOST: 'tcp://build.example:2375' },
    });
    expect(result).toMatchObject({
      failure: {
        what: 'no Docker engine answers at tcp://build.example:2375',
        why: 'DOCKER_HOST points there: ECONNREFUSED',
        cure: expect.stringContaining('unset DOCKER_HOST') as string,
      },
    });
    expect(machine.changes).toEqual([]);
  });
});

describe('consent', () => {
  it('without a terminal and without --yes nothing changes, and every command is told', async () => {
    const { machine, result } = await bring({ release: 'debian13' }, false);
    expect(machine.changes).toEqual([]);
    expect(result).toMatchObject({
      failure: {
        reason: 'no-engine',
        what: expect.stringContaining('there is no Docker engine on this machine') as string,
        why: 'nothing is installed or started without a yes',
        detail: [
          'apt-get -q -o DPkg::Lock::Timeout=300 update',
          expect.stringContaining('docker-compose') as string,
          expect.stringContaining('start-stop-daemon') as string,
        ],
      },
    });
  });

  it('on a terminal it lists the commands and asks', async () => {
    const { machine, result } = await bring({ release: 'debian13', answer: true }, false);
    expect(machine.asked).toHaveLength(1);
    expect(machine.written.join('')).toContain('  apt-get -q -o DPkg::Lock::Timeout=300 update\n');
    expect(result.ok).toBe(true);
  });

  it('a no changes nothing', async () => {
    const { machine, result } = await bring({ release: 'debian13', answer: false }, false);
    expect(machine.changes).toEqual([]);
    expect(result).toMatchObject({ failure: { why: 'you said no' } });
  });
});

describe('an account with sudo', () => {
  it('installs through sudo, joins the group and is let in at once', async () => {
    const { machine, result } = await bring({ release: 'debian13', account: 'sudo' });
    expect(result.ok).toBe(true);
    expect(commands(machine).slice(-2)).toEqual([
      'usermod --append --groups docker ann',
      `setfacl --modify user:ann:rw ${SOCKET}`,
    ]);
    expect(machine.events).toContainEqual(
      expect.objectContaining({
        text: expect.stringContaining('from the next login on') as string,
      }),
    );
  });

  it('is asked for its password once, on the terminal', async () => {
    const { machine, result } = await bring({ account: 'sudo-password', answer: true }, false);
    expect(commands(machine)[0]).toBe('sudo -v');
    expect(result.ok).toBe(true);
  });

  it('without a terminal for the password gets the commands', async () => {
    const { machine, result } = await bring({ account: 'sudo-password' });
    expect(machine.changes).toEqual([]);
    expect(result).toMatchObject({ failure: { why: 'sudo wants a password, and got none' } });
  });

  it('without any rights is sent to an administrator', async () => {
    const { machine, result } = await bring({ account: 'plain' });
    expect(machine.changes).toEqual([]);
    expect(result).toMatchObject({
      failure: { cure: expect.stringContaining('usermod -aG docker ann') as string },
    });
  });

  it('is only let in where the engine runs already', async () => {
    const { machine } = await bring({ account: 'sudo', installed: true, running: true });
    expect(commands(machine).map((line) => line.split(' ')[0])).toEqual([
      'apt-get',
      'env',
      'usermod',
      'setfacl',
    ]);
  });
});

describe('an engine that was killed', () => {
  it('is started again, its stale pid files removed', async () => {
    const { machine, result } = await bring({ installed: true, running: true }, true, (each) => {
      each.kill();
    });
    expect(commands(machine)[0]).toBe('rm -f /var/run/docker.pid');
    expect(result).toMatchObject({ ok: true, value: { startedPid: 4242 } });
  });

  it('is not taken for alive because another program has its number', async () => {
    const { machine } = await bring({ installed: true }, true, (each) => {
      each.files.put('/var/run/docker.pid', '77');
      each.files.put('/proc/77/stat', '77 (sleep) S 1');
    });
    expect(commands(machine)[0]).toBe('rm -f /var/run/docker.pid');
  });

  it.each(['--pidfile=/tmp/x/docker.pid', '-p\0/tmp/x/docker.pid'])(
    'is not taken for alive because an engine of its own has its number: %j',
    async (words) => {
      const { machine, result } = await bring({ installed: true }, true, (each) => {
        each.files.put('/var/run/docker.pid', '77');
        each.files.put('/proc/77/stat', '77 (dockerd) S 1');
        each.files.put('/proc/77/cmdline', `dockerd\0${words}\0-H\0unix:///tmp/x/docker.sock\0`);
      });
      expect(commands(machine)[0]).toBe('rm -f /var/run/docker.pid');
      expect(result.ok).toBe(true);
    },
  );

  it('is told beside those that run', async () => {
    const machine = new FakeMachine({ installed: true });
    for (const [pid, words] of [
      ['77', 'dockerd\0--host=unix:///tmp/x/docker.sock\0'],
      ['78', 'dockerd\0-H\0tcp://127.0.0.1:1\0'],
      ['79', 'dockerd\0'],
    ] as const) {
      machine.files.put(`/proc/${pid}/stat`, `${pid} (dockerd) S 1`);
      machine.files.put(`/proc/${pid}/cmdline`, words);
    }
    machine.files.put('/proc/80/stat', '80 (sleep) S 1');
    expect((await gatherFacts(machine.world())).otherEngines).toEqual([
      { pid: 77, address: 'unix:///tmp/x/docker.sock' },
      { pid: 78, address: 'tcp://127.0.0.1:1' },
      { pid: 79, address: '' },
    ]);
  });

  it('is not taken for alive as a zombie', async () => {
    const { machine } = await bring({ installed: true }, true, (each) => {
      each.files.put('/var/run/docker.pid', '77');
      each.files.put('/proc/77/stat', '77 (dockerd) Z 1');
    });
    expect(commands(machine)[0]).toBe('rm -f /var/run/docker.pid');
  });

  it('that dies at its start is reported with its log', async () => {
    const { result } = await bring({ installed: true }, true, (each) => {
      each.files.put('/var/log/dockerd.log', 'starting\nfailed to start: no iptables\n');
      each.failures.set('start-stop-daemon', {
        outcome: { status: 0, stdout: '', stderr: '' },
        times: 1,
      });
    });
    expect(result).toMatchObject({
      failure: { reason: 'no-engine', detail: ['starting', 'failed to start: no iptables'] },
    });
  });
});

describe('apt', () => {
  it('is waited for while another program holds its lock', async () => {
    const stderr =
      'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 99 (unattended-upgr)';
    const { machine, result } = await bring({ release: 'debian13' }, true, (each) => {
      each.failures.set('apt-get', { outcome: { status: 100, stdout: '', stderr }, times: 2 });
    });
    expect(result.ok).toBe(true);
    expect(machine.events).toContainEqual(
      expect.objectContaining({
        detail: "waiting for unattended-upgr (99) to let go of apt's lock",
      }),
    );
  });

  it('is told with its last lines when it fails', async () => {
    const { result } = await bring({ release: 'debian13' }, true, (each) => {
      each.failures.set('apt-get', {
        outcome: { status: 100, stdout: 'Get:1 x\n', stderr: 'E: No space left on device\n' },
        times: 1,
      });
    });
    expect(result).toMatchObject({
      failure: {
        reason: 'host',
        what: 'could not read the package lists',
        detail: ['E: No space left on device'],
      },
    });
  });

  it('first finishes what a killed dpkg left', async () => {
    const { machine } = await bring({ release: 'debian13' }, true, (each) => {
      each.files.put('/var/lib/dpkg/updates/0001', 'x');
    });
    expect(commands(machine)[0]).toBe('dpkg --force-confold --configure -a');
  });
});
