import { describe, expect, it } from 'vitest';
import { toVersion } from '../../../../src/adapters/engine/translate.ts';
import { definitionOf } from '../../../../src/app/init/define.ts';
import { personInside } from '../../../../src/app/machine/person-inside.ts';
import { mappingAt } from '../../../../src/model/plain.ts';
import type { EngineChoice } from '../../../../src/ports/engine-choice.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { fail, ok, type Result } from '../../../../src/util/result.ts';
import type { Failure } from '../../../../src/events/failure.ts';
import { initWorld } from '../../../support/init-world.ts';
import { MEMORY_UID } from '../../../support/memory-files.ts';
import { partly } from '../../../support/partly.ts';

/** As Docker 26.1 answers `/version` when an ordinary person has started it. */
const ROOTLESS = {
  Components: [
    { Name: 'Engine', Version: '26.1.5+dfsg1' },
    { Name: 'containerd', Version: '1.6.20~ds1' },
    { Name: 'runc', Version: '1.1.5+ds1' },
    { Name: 'docker-init', Version: '0.19.0' },
    { Name: 'rootlesskit', Version: '1.1.0' },
    { Name: 'slirp4netns', Version: '1.2.0' },
  ],
  ...{ Version: '26.1.5+dfsg1', ApiVersion: '1.45' },
};
const USUAL = { ...ROOTLESS, Components: ROOTLESS.Components.slice(0, 4) };
const NO_ANSWER: Failure = { reason: 'no-engine', what: 'silence' };

const at = (path: string): Result<EngineChoice, Failure> =>
  ok({
    ...{ address: `unix://${path}`, at: { kind: 'socket', path }, context: 'default' },
    ...{ chosenBy: undefined, tls: undefined, sharesFiles: true },
  });

function machine(choice: Result<EngineChoice, Failure>, answer?: typeof ROOTLESS) {
  const world = initWorld({
    'dev.yaml': 'name: p\nmodules:\n  app: { image: node, run: node x.js }\n',
    'app/x.js': '',
  });
  world.files.put('/run/mine.sock', '');
  let asked = 0;
  const version: Engine['version'] = () => {
    asked += 1;
    const read = answer === undefined ? undefined : toVersion(answer);
    return Promise.resolve(read === undefined ? fail(NO_ANSWER) : ok(read));
  };
  return {
    world: {
      ...world,
      engineChoice: () => choice,
      engine: () => Promise.resolve(partly<Engine>({ version })),
    },
    asked: () => asked,
  };
}

const OWN = { uid: MEMORY_UID, gid: 1 };

describe('who the person is inside of containers', () => {
  it('root, where the engine is herself; else her own numbers', async () => {
    expect(await personInside(machine(at('/run/mine.sock'), ROOTLESS).world)).toEqual({
      ...{ uid: 0, gid: 0 },
    });
    // Docker Desktop's and colima's sockets are the person's, too.
    expect(await personInside(machine(at('/run/mine.sock'), USUAL).world)).toEqual(OWN);
    expect(await personInside(machine(at('/run/mine.sock')).world)).toEqual(OWN);
  });

  it('is whom modules run as, and whose home is theirs', async () => {
    const { world } = machine(at('/run/mine.sock'), ROOTLESS);
    const definition = await definitionOf('/p', world);
    if (!definition.ok) throw new Error(JSON.stringify(definition.failure));
    const services = mappingAt(definition.value.environment.document, 'services');
    expect(mappingAt(services, 'app')).toMatchObject({
      user: '0:0',
      tmpfs: ['/home/app:uid=0,gid=0,mode=0755'],
    });
  });

  it('and an engine that cannot be hers is not asked', async () => {
    const far: Result<EngineChoice, Failure> = ok({
      ...{ address: 'ssh://far', at: { kind: 'ssh' }, context: 'default' },
      ...{ chosenBy: 'DOCKER_HOST', tls: undefined, sharesFiles: false },
    });
    for (const choice of [at('/var/run/docker.sock'), far, fail(NO_ANSWER)]) {
      const { world, asked } = machine(choice, ROOTLESS);
      expect(await personInside(world)).toEqual(OWN);
      expect(asked()).toBe(0);
    }
  });
});
