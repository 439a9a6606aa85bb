import Docker from 'dockerode';
import type { Failure } from '../../events/failure.ts';
import type { Answer } from '../../ports/engine.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import { fail, type Result } from '../../util/result.ts';
import { clientOptions } from './connect.ts';
import { ask, pointedAt, stuckRemoval } from './failure.ts';

/** How the engine is asked: questions in time, work for as long as it takes. */
export interface EngineClient {
  /** Of the engine, as the `docker` program calls it; empty where none was chosen. */
  readonly address: string;
  /** For what may take as long as it takes. */
  readonly docker: Docker;
  /** For questions; its requests give up in time. */
  readonly asked: Docker;
  /** @param action `list containers`, for the failure */
  readonly question: <T>(action: string, run: () => Promise<T>) => Answer<T>;
  /**
   * For what ends and removes things: it takes its time on a slow disk, but never ends where another
   * call of the engine hangs with what it needs locked. Graces to stop in are far shorter.
   */
  readonly removal: <T>(action: string, run: (engine: Docker) => Promise<T>) => Answer<T>;
  /** The same for images, whose many layers take minutes. */
  readonly imageRemoval: EngineClient['removal'];
}

/** So many times as long as a question is a removal waited for: two minutes. */
const REMOVAL_LIMITS = 6;
/** Of an image: ten minutes. */
const IMAGE_REMOVAL_LIMITS = 30;

export function engineClient(
  choice: Result<EngineChoice, Failure>,
  answerLimitMs: number,
): EngineClient {
  const options = clientOptions(choice);
  const within = async <T>(
    action: string,
    limitMs: number,
    run: () => Promise<T>,
    hung?: Failure,
  ): Promise<Result<T, Failure>> => {
    const answer = await ask(action, limitMs, run, hung);
    return answer.ok ? answer : fail(pointedAt(answer.failure, choice));
  };
  const removal = (limits: number): EngineClient['removal'] => {
    const timeout = answerLimitMs * limits;
    const removing = clientOf({ ...options, timeout });
    return (action, run) =>
      within(action, timeout, () => run(removing), stuckRemoval(action, timeout));
  };
  return {
    address: choice.ok ? choice.value.address : '',
    docker: clientOf(options),
    asked: clientOf({ ...options, timeout: answerLimitMs }),
    question: (action, run) => within(action, answerLimitMs, run),
    removal: removal(REMOVAL_LIMITS),
    imageRemoval: removal(IMAGE_REMOVAL_LIMITS),
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
