import { describe, expect, it } from 'vitest';
import {
  snapshotSpecs,
  toolsStamp,
  standingSpec,
  targetSpec,
  type ToolsSpec,
} from '../../../src/tools/container.ts';
import { runContainer } from '../../../src/ports/docker-command.ts';

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
  const argv = runContainer(standingSpec(SPEC)).join(' ');

  it('belongs to the person, has no rights, and is the project’s', () => {
    expect(argv).toContain('--user 1000:1000');
    expect(argv).toContain('--cap-drop ALL');
    expect(argv).toContain('--label com.docker.compose.project=shop');
    expect(argv).toContain('--label com.docker.compose.oneoff=True');
    expect(argv).not.toContain('docker.sock');
  });

  it('is on the first network, sees the repository to read only', () => {
    expect(argv).toContain('--network shop_default');
    expect(argv).toContain('type=bind,src=/home/me/shop,dst=/workspace,readonly');
  });

  it('gets the engine’s socket when the settings say so', () => {
    const asked = runContainer(standingSpec({ ...SPEC, engineSocket: '/run/docker.sock' })).join(
      ' ',
    );
    expect(asked).toContain('src=/run/docker.sock,dst=/var/run/docker.sock');
  });

  it('quotes folders with commas', () => {
    const comma = runContainer(standingSpec({ ...SPEC, root: '/a,b' })).join(' ');
    expect(comma).toContain('"src=/a,b"');
  });

  it('is made anew when anything about it changes', () => {
    const stamps = [
      SPEC,
      { ...SPEC, image: 'onestack/tools:def' },
      { ...SPEC, networks: ['shop_default'] },
      { ...SPEC, agent: { ...SPEC.agent, version: '2' } },
    ].map(toolsStamp);
    expect(new Set(stamps).size).toBe(4);
    expect(toolsStamp({ ...SPEC })).toBe(stamps[0]);
  });
});

describe('a look into a service', () => {
  it('joins its processes and network with rights for that run', () => {
    const target = { service: 'api', containerId: 'c1', network: true };
    const argv = runContainer(targetSpec(SPEC, target, MODE, ['ps', 'aux'])).join(' ');
    expect(argv).toContain('docker run --pull=never --rm --interactive');
    expect(argv).toContain('--network container:c1 --pid container:c1');
    expect(argv).toContain('--cap-add SYS_PTRACE --cap-add NET_ADMIN');
    expect(argv).toMatch(/--entrypoint ps -- onestack\/tools:abc aux$/);
    expect(argv).not.toContain('--privileged');
  });

  it('at a stopped one reads its data, too, and reaches nothing', () => {
    const snapshot = { project: 'shop', containerId: 'c1', name: 'look', busybox: '/b' };
    const argv = runContainer(snapshotSpecs(snapshot).container).join(' ');
    expect(argv).toContain('--volumes-from c1:ro');
    expect(argv).toContain('--network none');
  });
});
