import type { PlainMapping } from '../model/plain.ts';
import type { DockerfileFacts } from './dockerfile-facts.ts';
import type { FoundCode } from './found.ts';
import type { MovedPlace } from './moved-place.ts';

/** A service that is built from a Dockerfile, and the code that it is to be a module of. */
export interface MoveRequest {
  /** The service, which is the module's name. */
  readonly name: string;
  readonly place: MovedPlace;
  readonly code: FoundCode;
  readonly facts: DockerfileFacts;
  /** The service as it is merged today. */
  readonly service: PlainMapping;
  /** The address that its health check asks, in its own container. */
  readonly healthUrl: string | undefined;
  /** Whether there is a file of that path in the folder. */
  readonly has: (path: string) => boolean;
}
