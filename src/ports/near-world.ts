import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';
import type { Answer, Engine, EngineGreeting } from './engine.ts';
import type { EngineChoice } from './engine-choice.ts';
import type { Live } from './live.ts';
import type { World } from './world.ts';

/** The few questions that find out whether something changed. */
export interface NearEngine extends Pick<
  Engine,
  'containers' | 'labelledContainers' | 'inspect' | 'images' | 'volumes' | 'networks'
> {
  greeting(): Answer<EngineGreeting>;
}

/** Of the outside world what it takes to see that nothing has changed; it loads in no time. */
export interface NearWorld extends Pick<World, 'host' | 'files' | 'clock' | 'terminal'> {
  readonly engineChoice: Result<EngineChoice, Failure>;
  /** The few questions to an engine on this socket. */
  questions(socketPath: string): NearEngine;
  /** Asked only where ports had to be moved. */
  readonly ports: Pick<World['ports'], 'isFree'>;
  live(): Promise<Pick<Live, 'sockets'>>;
}
