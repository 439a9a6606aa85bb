import { COMPOSE_LABELS } from '../../ports/compose-labels.ts';
import type { Engine } from '../../ports/engine.ts';
import { fail } from '../../util/result.ts';
import { portTaken } from '../port-taken.ts';
import { giveAccount } from './account.ts';
import type { EngineClient } from './client.ts';
import { createCopies } from './copy-inside.ts';
import { readEvents } from './events.ts';
import { startExecution } from './execution.ts';
import { giveVolumes } from './fresh-volumes.ts';
import { apiMessage, call, listed, told, unless } from './failure.ts';
import { listFilters } from './filters.ts';
import { readLogs } from './logs.ts';
import { withHealth } from './listed-health.ts';
import { toDetail } from './translate-container.ts';
import { toStats } from './usage.ts';

/** As `docker ps` shows it; some are called by their names. */
const short = (id: string): string => (/^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id);

type ContainerCalls = Pick<
  Engine,
  | 'containers'
  | 'labelledContainers'
  | 'runningContainers'
  | 'everyContainer'
  | 'inspect'
  | 'stats'
  | 'logs'
  | 'exec'
  | 'copyInto'
  | 'giveAccount'
  | 'giveVolumes'
  | 'events'
  | 'signalContainer'
  | 'startContainer'
  | 'restartContainer'
  | 'stopContainer'
  | 'removeContainer'
  | 'waitForExit'
>;

/** What is asked of containers, and done to them. */
export function containerCalls({ docker, asked, question, removal }: EngineClient): ContainerCalls {
  const copyFiles = createCopies(docker);
  return {
    containers: (project) =>
      question('list containers', async () => {
        const filters = listFilters({ [COMPOSE_LABELS.project]: project });
        return withHealth(asked, listed(await asked.listContainers({ all: true, filters })));
      }),
    labelledContainers: (labels) =>
      question('list containers', async () => {
        const filters = listFilters(labels);
        return withHealth(asked, listed(await asked.listContainers({ all: true, filters })));
      }),
    runningContainers: () =>
      question('list containers', async () =>
        withHealth(asked, listed(await asked.listContainers())),
      ),
    everyContainer: () =>
      question('list containers', async () => {
        const filters = listFilters({ [COMPOSE_LABELS.project]: '' });
        return withHealth(asked, listed(await asked.listContainers({ all: true, filters })));
      }),
    inspect: (id) =>
      question('inspect the container', async () =>
        toDetail(told(await asked.getContainer(id).inspect())),
      ),
    stats: (id) =>
      call('measure the container', async () =>
        toStats(await docker.getContainer(id).stats({ stream: false })),
      ),
    logs: (id, options) => readLogs(docker.getContainer(id), options),
    exec: (id, options) =>
      call('start a process', () => startExecution(docker.getContainer(id), options)),
    copyInto: (id, files, owner) =>
      call('copy files into the container', () => copyFiles(id, files, owner)),
    giveAccount: (id, account) =>
      call('name the person in the container', () => giveAccount(docker.getContainer(id), account)),
    giveVolumes: (id, account) =>
      call('give the person the volumes of the container', () =>
        giveVolumes(docker.getContainer(id), account),
      ),
    events: (project, signal, wanted) => readEvents(docker, project, signal, wanted),
    signalContainer: (id, signal) =>
      call('signal the container', async () => {
        await docker.getContainer(id).kill({ signal });
      }),
    startContainer: async (id) => {
      const started = await call('start the container', async () => {
        const container = docker.getContainer(id);
        try {
          await container.start().catch(unless(304));
        } catch (error) {
          // Whoever paused it is not asked either way: it goes on.
          if (!/\bpaused\b/.test(apiMessage(error))) throw error;
          await container.unpause();
        }
      });
      return started.ok ? started : fail(portTaken(started.failure.why ?? '') ?? started.failure);
    },
    restartContainer: (id, { graceSeconds }) =>
      removal(`restart the container ${short(id)}`, async (engine) => {
        await engine.getContainer(id).restart({ t: graceSeconds });
      }),
    stopContainer: (id, { graceSeconds }) =>
      removal(`stop the container ${short(id)}`, async (engine) => {
        // It has stopped already, or is gone: that is what was asked for.
        await engine.getContainer(id).stop({ t: graceSeconds }).catch(unless(304, 404));
      }),
    removeContainer: (id, unnamedVolumes) =>
      removal(`remove the container ${short(id)}`, async (engine) => {
        const options = { force: true, v: unnamedVolumes === 'removed' };
        // 409: the engine is about it, as with one-off containers that end.
        await engine.getContainer(id).remove(options).catch(unless(404, 409));
      }),
    waitForExit: (id, signal) =>
      call('wait for the container', async () => {
        const options = signal === undefined ? {} : { abortSignal: signal };
        const { StatusCode: status } = (await docker.getContainer(id).wait(options)) as {
          StatusCode: number;
        };
        return status;
      }),
  };
}
