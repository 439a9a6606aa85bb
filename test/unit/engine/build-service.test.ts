import { describe, expect, it } from 'vitest';
import { buildServiceImage } from '../../../src/engine/build-service.ts';
import { ScriptedProcesses } from '../../support/scripted-processes.ts';

const NO_HOST =
  'failed to do request: Head "https://registry-1.docker.io/v2/x": dial tcp: lookup registry-1.docker.io: no such host';

/** What a build that ends with these lines comes to. */
async function failing(text: string, lines: readonly string[]) {
  const built = await buildServiceImage(
    {
      ...{ service: 'web', project: 'shop', document: '', directory: '/p' },
      dockerfile: { path: 'web/Dockerfile', text, addedAfter: [] },
    },
    {
      processes: new ScriptedProcesses(() => ({ status: 1, stderr: lines.join('\n') })),
      environment: {},
      onProgress: () => undefined,
    },
  );
  if (built.ok) throw new Error('it was built');
  return built.failure;
}

describe('a build that fails', () => {
  it('names the image that `# syntax=` asks for, with its place', async () => {
    const reference = 'docker.io/docker/dockerfile:1.4';
    const failure = await failing('# escape=\\\n# syntax=docker/dockerfile:1.4\nFROM node:24\n', [
      `#2 resolve image config for docker-image://${reference}`,
      `#2 ERROR: ${NO_HOST}`,
      `ERROR: failed to solve: failed to resolve source metadata for ${reference}: ${NO_HOST}`,
    ]);
    expect(failure).toMatchObject({
      reason: 'image',
      what: expect.stringMatching(
        /web could not be built: docker\/dockerfile:1\.4, .*cannot be pulled/,
      ) as string,
      cure: expect.stringMatching(/^Take that line out/) as string,
      at: { file: 'web/Dockerfile', line: 2, text: '# syntax=docker/dockerfile:1.4' },
    });
  });

  it('says in plain words what a COPY does not find, with its place', async () => {
    const error =
      'failed to calculate checksum of ref 8e78b76d-6512-42dd::wr3s1u68cx38: "/sub": not found';
    const text = 'FROM onestack/os\nRUN true\nCOPY sub /s\n';
    const lines = (step: string) => [
      `#7 [web 2/3] ${step}`,
      `#7 ERROR: ${error}`,
      '------',
      ` > [web 2/3] ${step}:`,
      '------',
      `failed to solve: failed to compute cache key: ${error}`,
    ];
    expect(await failing(text, lines('COPY sub /s'))).toMatchObject({
      why: "Step 2/3 COPY sub /s failed: /sub is not in the build's folder, or left out by a .dockerignore",
      detail: [],
      at: { file: 'web/Dockerfile', line: 3, text: 'COPY sub /s' },
    });
    const from = await failing(text, lines('COPY --from=build sub /s'));
    expect(from.why).toBe('Step 2/3 COPY --from=build sub /s failed: /sub is not there');
  });

  it('names the image that a Dockerfile begins with', async () => {
    const failure = await failing('# syntax=docker/dockerfile:1.4\nFROM node:24\n', [
      '#3 [internal] load metadata for docker.io/library/node:24',
      `#3 ERROR: ${NO_HOST}`,
      'web/Dockerfile:2',
      `ERROR: failed to solve: node:24: failed to resolve source metadata for docker.io/library/node:24: ${NO_HOST}`,
    ]);
    expect(failure.what).toMatch(/web could not be built: node:24 cannot be pulled/);
  });
});
