import type { Engine } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';
import { call, listed, told, unless } from './failure.ts';
import { listFilters } from './filters.ts';
import { toVolume } from './translate.ts';

/** What is asked of volumes, and done to them. */
export function volumeCalls({
  docker,
  asked,
  question,
  removal,
}: EngineClient): Pick<Engine, 'volumes' | 'createVolume' | 'removeVolume'> {
  return {
    volumes: (labels, { unused } = { unused: false }) =>
      question('list volumes', async () => {
        const more = unused ? { dangling: ['true'] } : {};
        const answer = await asked.listVolumes({ filters: listFilters(labels, more) });
        // Some engines answer null where they have none; the client's types know nothing of it.
        const { Volumes: volumes } = told(answer) as { Volumes: typeof answer.Volumes | null };
        return listed(volumes ?? []).map(toVolume);
      }),
    createVolume: (name, labels) =>
      call(`create the volume ${name}`, async () => {
        await docker.createVolume({ Name: name, Labels: { ...labels } });
      }),
    removeVolume: (name) =>
      removal(`remove the volume ${name}`, async (engine) => {
        await engine.getVolume(name).remove().catch(unless(404));
      }),
  };
}
