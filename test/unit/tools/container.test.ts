import { describe, expect, it } from 'vitest';
import {
  connectArgvs,
  snapshotArgvs,
  standingArgv,
  stampOf,
  targetArgv,
  type ToolsSpec,
} from '../../../src/tools/container.ts';

const SPEC: ToolsSpec = {
  project: 'shop',
  root: '/home/me/shop',
  image: 'onestack/tools:abc',
  agent: { path: '/tool/dist/tools-agent.cjs', version: '1' },
  hidden: '/home/me/shop/.dev',
  stateDirectory: '/home/me/shop/.dev/state/tools',
  bundle: '/home/me/shop/.dev/certs/bundle.crt',
  secrets: [{ source: '/home/me/shop/.dev/secrets', target: '/run/secrets', readOnly: true }],
  networks: ['shop_default', 'shop_back'],
  user: { uid: 1000, gid: 1000 },
  engineSocket: undefined,
};
const MODE = { tty: false, workingDirectory: '/workspace', environment: {} };

describe('the standing container', () => {
  const argv = standingArgv(SPEC).join(' ');

  it('belongs to the person, has no rights, and is the project’s', () => {
    expect(argv).toContain('--user 1000:1000');
    expect(argv).toContain('--cap-drop ALL');
    expect(argv).toContain('--label com.docker.compose.project=shop');
    expect(argv).toContain('--label com.docker.compose.oneoff=True');
    expect(argv).not.toContain('docker.sock');
  });

  it('is on every network, sees the repository to read only', () => {
    expect(argv).toContain('--network shop_default');
    expect(connectArgvs(SPEC)).toEqual([
      ['docker', 'network', 'connect', 'shop_back', 'shop-tools'],
    ]);
    expect(argv).toContain('type=bind,source=/home/me/shop,target=/workspace,readonly');
  });

  it('gets the engine’s socket when the settings say so', () => {
    const asked = standingArgv({ ...SPEC, engineSocket: '/run/docker.sock' }).join(' ');
    expect(asked).toContain('source=/run/docker.sock,target=/var/run/docker.sock');
  });

  it('quotes folders with commas', () => {
    expect(standingArgv({ ...SPEC, root: '/a,b' }).join(' ')).toContain('"source=/a,b"');
  });

  it('is made anew when anything about it changes', () => {
    const stamps = [
      SPEC,
      { ...SPEC, image: 'onestack/tools:def' },
      { ...SPEC, networks: ['shop_default'] },
      { ...SPEC, agent: { ...SPEC.agent, version: '2' } },
    ].map(stampOf);
    expect(new Set(stamps).size).toBe(4);
    expect(stampOf({ ...SPEC })).toBe(stamps[0]);
  });
});

describe('a look into a service', () => {
  it('joins its processes and network with rights for that run', () => {
    const target = { service: 'api', containerId: 'c1', network: true };
    const argv = targetArgv(SPEC, target, MODE, ['ps', 'aux']).join(' ');
    expect(argv).toContain('docker run --rm --interactive');
    expect(argv).toContain('--pid container:c1 --network container:c1');
    expect(argv).toContain('--cap-add SYS_PTRACE --cap-add NET_ADMIN');
    expect(argv).toMatch(/--entrypoint ps onestack\/tools:abc aux$/);
    expect(argv).not.toContain('--privileged');
  });

  it('takes away all that a snapshot made', () => {
    const snapshot = { project: 'shop', containerId: 'c1', name: 'look', busybox: '/b' };
    const { make, remove } = snapshotArgvs(snapshot);
    expect(make.map(([, verb]) => verb)).toEqual(['commit', 'run']);
    expect(make[1]?.join(' ')).toContain('--volumes-from c1:ro');
    expect(remove).toEqual([
      ['docker', 'rm', '--force', 'look'],
      ['docker', 'rmi', '--force', 'look'],
    ]);
  });
});
