import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/host/diagnose.ts';
import { planRemedy } from '../../../src/host/remedy.ts';
import { compareProductVersions, type MachineFacts } from '../../../src/host/facts.ts';

const GIB = 1024 ** 3;

const FIT: MachineFacts = {
  platform: 'linux',
  release: { id: 'debian', version: '12', codename: 'bookworm', name: 'Debian 12' },
  user: 'ann',
  privilege: 'sudo',
  node: { version: '20.19.0', libc: 'glibc' },
  endpoint: { kind: 'local', socket: '/var/run/docker.sock' },
  engine: {
    answers: true,
    product: 'docker',
    isRootless: false,
    version: '26.1.5',
    apiVersion: '1.45',
  },
  programs: { docker: '/usr/bin/docker', dockerd: '/usr/sbin/dockerd' },
  compose: '2.26.1-4',
  clientSays: 'Docker version 26.1.5+dfsg1, build a72d7cd',
  buildx: 'github.com/docker/buildx 0.13.1+ds1-3',
  group: 'active',
  systemd: true,
  pidFiles: [],
  otherEngines: [],
  cgroup: 'v2',
  apt: { sources: [], interrupted: false, installed: new Set(), pinned: [] },
  disk: { path: '/var/lib/docker', freeBytes: 70 * GIB },
  memoryAvailableBytes: 8 * GIB,
  inotify: { watches: 65_536, instances: 128 },
  certificates: [],
  localhostNames: 'loopback',
  engineSays: { clockOffsetMs: 0, proxied: false, dataFolder: '' },
  networkVariables: [],
};

const SILENT = { answers: false, problem: 'silent', why: 'connect ENOENT' } as const;

/** What is not in order about a machine that is fit but for these facts. */
function complaints(facts: Partial<MachineFacts>) {
  return diagnose({ ...FIT, ...facts }).filter(({ level }) => level !== 'ok');
}

function only(facts: Partial<MachineFacts>) {
  const found = complaints(facts);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('a fit machine', () => {
  it('has nothing to complain of', () => {
    expect(complaints({})).toEqual([]);
    expect(diagnose(FIT).map(({ what }) => what)).toContain('buildx 0.13.1+ds1-3');
  });
});

describe('what stands in the way', () => {
  it('musl', () => {
    expect(only({ node: { version: '22.0.0', libc: 'musl' } })).toMatchObject({
      level: 'warning',
      what: 'Node 22.0.0, on musl instead of glibc',
      fixable: false,
    });
    expect(only({ node: { version: '18.0.0', libc: 'musl' } })?.what).toContain('too old');
  });

  it('Podman, which is no old Docker', () => {
    const engine = {
      answers: true,
      product: 'podman',
      isRootless: false,
      version: '5.4.2',
      apiVersion: '1.41',
    } as const;
    expect(only({ engine })).toMatchObject({ level: 'warning', what: 'Podman 5.4.2' });
    const old = only({ engine: { ...engine, version: '4.3.1' } });
    expect(old?.why).toContain('too old');
  });

  it('a rootless engine, and what it cannot limit', () => {
    const engine = { ...FIT.engine, isRootless: true } as const;
    const endpoint = {
      kind: 'elsewhere',
      address: 'unix:///run/user/1000/docker.sock',
      chosenBy: 'DOCKER_HOST',
    } as const;
    const judged = diagnose({ ...FIT, engine, endpoint });
    expect(judged.find(({ id }) => id === 'engine')).toMatchObject({
      level: 'ok',
      what: 'Docker engine 26.1.5, rootless, at unix:///run/user/1000/docker.sock, by DOCKER_HOST',
    });
    expect(complaints({ engine })).toEqual([]);
    expect(only({ engine, cgroup: 'v1' })).toMatchObject({
      ...{ id: 'cgroup', level: 'warning' },
      what: 'limits of memory and processors are not kept',
    });
  });

  it('an old Node', () => {
    expect(only({ node: { version: '18.19.1', libc: 'glibc' } })).toMatchObject({
      what: 'Node 18.19.1 is too old; 20.19 or newer is needed',
    });
  });

  it('an old Compose', () => {
    expect(only({ compose: '2.17.2' })).toMatchObject({
      level: 'problem',
      what: 'the Compose plugin 2.20 or newer is not installed, only 2.17.2',
      fixable: true,
    });
  });

  it('another program by the name of Docker’s client, which no package mends', () => {
    const muteFacts = { clientSays: '', compose: undefined, buildx: undefined } as const;
    expect(planRemedy({ ...FIT, ...muteFacts }).packages).toEqual([]);
    const silent = only(muteFacts);
    expect(silent).toMatchObject({ level: 'problem', fixable: false });
    expect([silent?.what, silent?.why]).toEqual([
      '/usr/bin/docker is not Docker’s client',
      'it says nothing to docker --version',
    ]);
    expect(only({ clientSays: 'docker: a window manager\u001b' })?.why).toContain('window manager');
    expect(complaints({ clientSays: 'podman version 4.3.1' })).toEqual([]);
  });

  it('an engine of another user', () => {
    expect(
      only({
        engine: { answers: false, problem: 'denied', why: 'EACCES' },
        pidFiles: [{ path: '/var/run/docker.pid', program: 'dockerd', pid: 5, alive: true }],
      }),
    ).toMatchObject({ what: 'the engine runs, and ann may not use it', fixable: true });
  });

  it('an engine that does not run, beside another one', () => {
    const otherEngines = [
      { pid: 7, address: 'unix:///tmp/x/docker.sock' },
      { pid: 8, address: '' },
    ];
    expect(only({ engine: SILENT, otherEngines })).toMatchObject({
      what: 'the Docker engine is installed, and does not run',
      why: "connect ENOENT; another one runs, which is not this machine's: process 7, at unix:///tmp/x/docker.sock; another one runs, which is not this machine's: process 8",
      cure: 'dev doctor --fix',
    });
  });

  it('an engine that runs and is silent', () => {
    expect(
      only({
        engine: SILENT,
        pidFiles: [{ path: '/var/run/docker.pid', program: 'dockerd', pid: 5, alive: true }],
      }),
    ).toMatchObject({ what: 'the engine runs (process 5) and does not answer' });
  });

  it.each([
    ['unix:///home/ann/.colima/default/docker.sock', 'colima start'],
    ['unix:///run/user/1000/podman/podman.sock', 'systemctl --user start podman.socket'],
    ['unix:///home/ann/.docker/desktop/docker.sock', 'systemctl --user start docker-desktop'],
    ['unix:///run/user/1000/docker.sock', 'systemctl --user start docker'],
  ])('an engine at %s that sleeps', (address, cure) => {
    expect(
      only({
        engine: SILENT,
        endpoint: { kind: 'elsewhere', address, chosenBy: 'DOCKER_HOST' },
      }),
    ).toMatchObject({ what: `no Docker engine answers at ${address}`, cure, fixable: false });
  });

  it('no engine on a Mac', () => {
    expect(only({ platform: 'darwin', engine: SILENT })).toMatchObject({
      what: 'no Docker engine answers',
      fixable: false,
    });
  });
});

describe('what may hurt', () => {
  it.each([
    ['disk', { disk: { path: '/', freeBytes: GIB } }, 'only 1.0 GiB free'],
    ['memory', { memoryAvailableBytes: GIB / 2 }, 'only 0.5 GiB of memory'],
    ['inotify', { inotify: { watches: 8192, instances: 128 } }, 'only 8192 file watches'],
    [
      'certificates',
      { certificates: [{ variable: 'SSL_CERT_FILE', path: '/gone', exists: false }] },
      'SSL_CERT_FILE names a file that does not exist: /gone',
    ],
  ] as const)('%s', (id, facts, what) => {
    const finding = only(facts);
    expect(finding).toMatchObject({ id, level: 'warning' });
    expect(finding?.what).toContain(what);
  });
});

describe('versions', () => {
  it.each([
    ['2.20', '2.20.0', 0],
    ['v2.9.1', '2.20', -1],
    ['26.1.5+dfsg1', '20.10.24', 1],
    ['', '2.20', -1],
  ])('%s against %s', (a, b, sign) => {
    expect(Math.sign(compareProductVersions(a, b))).toBe(sign);
  });
});

describe('names, clock and proxy', () => {
  it('are told where they are in order', () => {
    const ids = diagnose({
      ...FIT,
      engineSays: { clockOffsetMs: -2_000, proxied: true, dataFolder: '' },
      networkVariables: ['https_proxy'],
    }).flatMap(({ id, level }) => (level === 'ok' ? [id] : []));
    expect(ids).toEqual(expect.arrayContaining(['localhost-names', 'clock', 'proxy']));
  });

  it.each([
    [{ localhostNames: 'unknown' }, 'names like shop.localhost are not known here'],
    [{ localhostNames: 'elsewhere' }, 'names like shop.localhost lead somewhere else'],
    [
      { engineSays: { clockOffsetMs: -90_000, proxied: false, dataFolder: '' } },
      'clock is 90 s behind this machine',
    ],
    [
      { engineSays: { clockOffsetMs: 31_000, proxied: false, dataFolder: '' } },
      'clock is 31 s ahead of this machine',
    ],
    [{ networkVariables: ['HTTPS_PROXY'] }, 'you have HTTPS_PROXY, and the engine has no proxy'],
  ] as const)('%j is told, with what to do', (facts, what) => {
    const found = only(facts);
    expect(found?.what).toContain(what);
    expect([found?.level, found?.cure?.length]).toEqual(['warning', expect.any(Number)]);
  });

  it('say nothing of what nobody could be asked about', () => {
    const silent = { localhostNames: undefined, engineSays: undefined };
    expect(complaints({ ...silent, networkVariables: ['https_proxy', 'no_proxy'] })).toEqual([]);
    expect(complaints({ networkVariables: ['no_proxy', 'NO_PROXY'] })).toEqual([]);
  });
});
