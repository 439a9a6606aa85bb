import { expect, it } from 'vitest';
import { bringServiceImages } from '../../../src/engine/bring-service-images.ts';
import { NO_IMAGE, type ServiceImage } from '../../../src/images/service-images.ts';
import { fail } from '../../../src/util/result.ts';
import { ScriptedProcesses } from '../../support/scripted-processes.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

it('says of an image that cannot be pulled what is wrong with the one that is here', async () => {
  const processes = new ScriptedProcesses(() => ({
    status: 1,
    stderr: 'Error response from daemon: dial tcp: lookup r.example: no such host\n',
  }));
  const failureOf = async (more: Partial<ServiceImage>) => {
    const image: ServiceImage = {
      ...{ kind: 'pull', reference: 'r.example/x:1', service: 'web', services: ['web'] },
      ...{ platform: 'linux/arm64', present: false, cause: NO_IMAGE, after: [], ...more },
    };
    const missing = await bringServiceImages(
      {
        images: [image],
        build: () => fail({ reason: 'image', what: 'nothing is built here' }),
        ...{ environment: {}, parallel: 1 },
      },
      {
        ...{ processes, clock: new VirtualClock(), report: () => undefined },
        signal: new AbortController().signal,
      },
    );
    return missing.get(image);
  };
  const other = await failureOf({ cause: 'it is for linux/amd64, not linux/arm64' });
  expect(other?.detail?.[0]).toBe('there is one here: it is for linux/amd64, not linux/arm64');
  expect((await failureOf({}))?.detail).toBeUndefined();
  const asked = await failureOf({ present: true, cause: 'pull_policy: always' });
  expect(asked?.detail).toBeUndefined();
});
