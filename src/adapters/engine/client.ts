import Docker from 'dockerode';
import type { Failure } from '../../events/failure.ts';
import type { Answer } from '../../ports/engine.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import type { Result } from '../../util/result.ts';
import { clientOptions } from './connect.ts';
import { ask } from './failure.ts';

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
    docker: new Docker(options),
    asked: new Docker({ ...options, timeout: answerLimitMs }),
    question: (action, run) => ask(action, answerLimitMs, run),
  };
}
