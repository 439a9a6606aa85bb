import Docker from 'dockerode';
import type { Failure } from '../../events/failure.ts';
import type { Answer } from '../../ports/engine.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import { fail, type Result } from '../../util/result.ts';
import { clientOptions } from './connect.ts';
import { ask, pointedAt } from './failure.ts';

/** How the engine is asked: questions in time, work for as long as it takes. */
export interface EngineClient {
  /** For what may take as long as it takes. */
  readonly docker: Docker;
  /** For questions; its requests give up in time. */
  readonly asked: Docker;
  /** @param action `list containers`, for the failure */
  readonly question: <T>(action: string, run: () => Promise<T>) => Answer<T>;
}

export function engineClient(
  choice: Result<EngineChoice, Failure>,
  answerLimitMs: number,
): EngineClient {
  const options = clientOptions(choice);
  return {
    docker: clientOf(options),
    asked: clientOf({ ...options, timeout: answerLimitMs }),
    question: async (action, run) => {
      const answer = await ask(action, answerLimitMs, run);
      return answer.ok ? answer : fail(pointedAt(answer.failure, choice));
    },
  };
}

/** The package reads DOCKER_HOST whatever it is told, and throws at one that it does not understand. */
function clientOf(options: Docker.DockerOptions): Docker {
  const { DOCKER_HOST: host } = process.env;
  delete process.env['DOCKER_HOST'];
  try {
    return new Docker(options);
  } finally {
    if (host !== undefined) process.env['DOCKER_HOST'] = host;
  }
}
