import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';
import type { Engine } from './engine.ts';
import type { EngineChoice } from './engine-choice.ts';
import type { Live } from './live.ts';
import type { World } from './world.ts';

/** Of the outside world what it takes to see that nothing has changed; it loads in no time. */
export interface NearWorld extends Pick<World, 'host' | 'files' | 'clock' | 'terminal'> {
  readonly engineChoice: Result<EngineChoice, Failure>;
  /** The few questions to an engine on this socket. */
  questions(
    socketPath: string,
  ): Pick<
    Engine,
    'version' | 'containers' | 'labelledContainers' | 'inspect' | 'images' | 'volumes' | 'networks'
  >;
  /** Asked only where ports had to be moved. */
  readonly ports: Pick<World['ports'], 'isFree'>;
  live(): Promise<Pick<Live, 'sockets'>>;
}
