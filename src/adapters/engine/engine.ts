import type { Failure } from '../../events/failure.ts';
import type { Engine } from '../../ports/engine.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import type { Result } from '../../util/result.ts';
import { engineClient } from './client.ts';
import { NoEngine } from './connect.ts';
import { containerCalls } from './container-calls.ts';
import { call, OTHER_ENGINE } from './failure.ts';
import { imageCalls } from './image-calls.ts';
import { networkCalls } from './network-calls.ts';
import { runLike, runOneOff } from './one-off.ts';
import { toVersion } from './translate.ts';
import { toDiskUsage, type RawDiskUsage } from './usage.ts';
import { volumeCalls } from './volume-calls.ts';

/** Questions are answered in milliseconds; a machine under heavy load may take seconds. */
const ANSWER_LIMIT_MS = 20_000;

/** Of the client's types the answer has none. */
interface RawIdentity {
  readonly ID?: string;
  readonly Name?: string;
}

/**
 * The chosen engine's API through dockerode. Questions fail when they are not answered in time; work
 * may take as long as it takes.
 */
export function dockerEngine(
  choice: Result<EngineChoice, Failure>,
  answerLimitMs = ANSWER_LIMIT_MS,
): Engine {
  const client = engineClient(choice, answerLimitMs);
  const { docker, asked, question, address } = client;
  return {
    version: () =>
      question('tell its version', async () => {
        const version = toVersion(await asked.version());
        if (version === undefined) throw new NoEngine(OTHER_ENGINE);
        return version;
      }),
    identity: () =>
      question('tell its name', async () => {
        // Machines that are copies of one another have engines of one id.
        const { ID: id = '', Name: name = '' } = (await asked.info()) as RawIdentity;
        if (id === '') throw new Error('it has none');
        return `${id} ${name}`;
      }),
    time: () =>
      question('tell the time', async () => {
        // Of the client's types the answer has none.
        const { SystemTime: time = '' } = (await asked.info()) as { readonly SystemTime?: string };
        const ms = Date.parse(time);
        if (Number.isNaN(ms)) throw new Error('it does not say');
        return ms;
      }),
    diskUsage: () =>
      call('count its disk', async () => toDiskUsage((await docker.df()) as RawDiskUsage)),
    runOneOff: (container, options) =>
      call('run the container', () => runOneOff(docker, container, { ...options, address })),
    runLike: (id, argv, options) =>
      call('look into the container', () => runLike(docker, id, argv, options)),
    ...containerCalls(client),
    ...networkCalls(client),
    ...volumeCalls(client),
    ...imageCalls(client),
  };
}
