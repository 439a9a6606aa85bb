import { ok } from '../../../src/util/result.ts';
import { describe, expect, it } from 'vitest';
import { buildImages, type BuildRequest } from '../../../src/engine/build-images.ts';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import { loadHierarchy } from '../../../src/images/hierarchy.ts';
import { planBuilds, type ImageBuild } from '../../../src/images/plan.ts';
import { MemoryFiles } from '../../support/memory-files.ts';
import { ScriptedProcesses, type Call, type Script } from '../../support/scripted-processes.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const files = new MemoryFiles({
  '/t/base-images/os/Dockerfile': 'FROM debian\nRUN a\n',
  '/t/base-images/node/Dockerfile': 'FROM onestack/os\nRUN b\n',
  '/t/base-images/go/Dockerfile': 'FROM onestack/os\nRUN c\n',
  '/t/base-images/api/Dockerfile': 'FROM onestack/node\nRUN d\n',
});

function setup(play: (call: Call) => Script | Promise<Script>, more: Partial<BuildRequest> = {}) {
  const hierarchy = loadHierarchy({ files, projectRoot: '/p', toolDirectory: '/t' });
  if (!hierarchy.ok) throw new Error('no hierarchy');
  const events: ProgressEvent[] = [];
  const processes = new ScriptedProcesses(play);
  const request: BuildRequest = {
    hierarchy: hierarchy.value,
    engine: { imageId: (reference) => Promise.resolve(ok(`sha256:of-${reference}`)) },
    processes,
    clock: new VirtualClock(),
    report: (event) => events.push(event),
    parallel: 2,
    environment: { PATH: '/bin' },
    namespaces: { tool: 'ours', project: 'theirs' },
    context: 'default',
    files,
    folder: '/builds',
    ...more,
  };
  const plan = (...names: readonly string[]): readonly ImageBuild[] =>
    planBuilds(names, hierarchy.value, []);
  return { request, processes, events, plan, hierarchy: hierarchy.value };
}

/** The image that a call builds. */
function nameOf({ argv }: Call): string {
  return argv.at(-1)?.replace('/t/base-images/', '') ?? '';
}

describe('buildImages', () => {
  it('hands over the rewritten Dockerfile, labels and the exact tag', async () => {
    const { request, processes, plan, hierarchy } = setup(() => ({}));
    expect(await buildImages(plan('node'), request)).toEqual({ ok: true, value: undefined });
    const [os, node] = processes.calls;
    const reference = hierarchy.get('node')?.reference ?? '';
    expect(os?.options.input).toBe('FROM debian\nRUN a\n');
    expect(node?.options.input).toContain(`FROM ${hierarchy.get('os')?.reference ?? ''}\n`);
    expect(node?.argv.slice(0, 7)).toEqual([
      ...['docker', 'build', '--progress=plain', '--file', '-', '--tag', reference],
    ]);
    expect(node?.argv).toContain('dev.onestack.image=node');
    expect(node?.argv.at(-1)).toBe('/t/base-images/node');
    expect(node?.options.env).toMatchObject({ PATH: '/bin', DOCKER_BUILDKIT: '1' });
  });

  it('is done by the engine’s own builder, whatever one the person has chosen for hers', async () => {
    const environment = { BUILDX_BUILDER: 'hers' };
    const { request, processes, plan } = setup(() => ({}), { environment, context: 'colima' });
    await buildImages(plan('os'), request);
    expect(processes.calls[0]?.options.env).toMatchObject({ BUILDX_BUILDER: 'colima' });
  });

  it('passes certificates as a secret, and proxies by name alone', async () => {
    const environment = { HTTPS_PROXY: 'http://me:word@proxy', https_proxy: '' };
    const { request, processes, plan } = setup(() => ({}), { environment, caBundle: '/ca.crt' });
    await buildImages(plan('os'), request);
    const text = processes.lines.join(' ');
    expect(text).toContain('--secret id=ca-bundle,src=/ca.crt');
    expect(text).toContain('--build-arg HTTPS_PROXY ');
    expect(text).not.toContain('https_proxy');
    expect(text).not.toContain('word');
  });

  it('builds bases first and the rest side by side, no more at once than asked for', async () => {
    const done: string[] = [];
    let running = 0;
    let most = 0;
    const { request, plan } = setup(async (call) => {
      const name = nameOf(call);
      const { uses } = request.hierarchy.get(name) ?? { uses: [] };
      expect(done, name).toEqual(expect.arrayContaining([...uses]));
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      done.push(name);
      return {};
    });
    await buildImages(plan('go', 'api'), request);
    expect(done[0]).toBe('os');
    expect([...done].sort()).toEqual(['api', 'go', 'node', 'os']);
    expect(most).toBe(2);
  });

  it('tells the failing step with its place, and begins nothing that needs it', async () => {
    const { request, processes, plan, events } = setup((call) =>
      nameOf(call) === 'node'
        ? {
            status: 1,
            stderr:
              '#5 [2/2] RUN b\n#5 0.1 E: no package\n#5 ERROR: process "/bin/sh -c b" did not complete successfully: exit code: 100\nDockerfile:2\n',
          }
        : {},
    );
    const result = await buildImages(plan('api'), request);
    expect(result).toEqual({
      ok: false,
      failure: [
        {
          reason: 'image',
          what: 'Base image node could not be built',
          why: 'Step 2/2 RUN b failed: exit code: 100',
          cure: 'Mend it, then: dev images build node',
          detail: ['E: no package'],
          at: {
            file: '/t/base-images/node/Dockerfile',
            line: 2,
            column: 1,
            text: 'RUN b',
            length: 5,
          },
        },
      ],
    });
    expect(processes.calls.map(nameOf)).toEqual(['os', 'node']);
    expect(
      events.map((event) => ('id' in event ? `${event.kind} ${event.id}` : event.kind)),
    ).toEqual([
      'step-started image:os',
      'step-finished image:os',
      'step-started image:node',
      'step-progress image:node',
      'step-progress image:node',
      'step-finished image:node',
    ]);
  });

  it.each([
    ['a full disk', 1, 'write /x: no space left on device', 'host'],
    ['an engine that is gone', 1, 'Cannot connect to the Docker daemon at unix:///x', 'no-engine'],
    ['no docker command', 127, 'spawn docker ENOENT', 'no-engine'],
  ])('tells %s', async (_, status, stderr, reason) => {
    const { request, plan } = setup(() => ({ status, stderr: `ERROR: ${stderr}` }));
    const result = await buildImages(plan('os'), request);
    expect(result.ok ? [] : result.failure).toMatchObject([{ reason }]);
  });

  it('ends with one failure when it is interrupted', async () => {
    const controller = new AbortController();
    const { request, processes, plan } = setup(
      () => {
        controller.abort();
        return { status: 143 };
      },
      { signal: controller.signal },
    );
    const result = await buildImages(plan('node', 'go'), request);
    expect(result.ok ? [] : result.failure.map(({ reason }) => reason)).toEqual(['interrupted']);
    expect(processes.calls).toHaveLength(1);
  });
});
