import { Agent as HttpAgent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import type { DockerOptions } from 'dockerode';
import type { Failure } from '../../events/failure.ts';
import { DIAL_ENGINE } from '../../ports/docker-command.ts';
import type { EngineChoice } from '../../ports/engine-choice.ts';
import type { Result } from '../../util/result.ts';
import { StdioSocket } from './stdio-socket.ts';

/** Carries a failure through the client, which only knows errors. */
export class NoEngine extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.what);
    this.failure = failure;
  }
}

/** The client writes each request out for a log that nobody reads, the agent's whole inside with it. */
class QuietAgent extends HttpAgent {
  [inspect.custom](): string {
    return this.constructor.name;
  }
}

/** What agents of Node have, and its types leave out. */
interface Adding {
  addRequest(request: ClientRequest, options: object): void;
}

/**
 * The client waits for the end of an answer for ever, also where the connection has gone in the middle
 * of it: this has the request fail then.
 */
function tellingBroken<A extends HttpAgent>(agent: A): A {
  const inner = agent as A & Adding;
  const add = inner.addRequest.bind(agent);
  inner.addRequest = (request, options) => {
    request.once('response', (answer) => {
      answer.once('close', () => {
        if (answer.complete) return;
        const error = new Error('its answer broke off');
        request.emit('error', Object.assign(error, { code: 'ECONNRESET' }));
      });
    });
    add(request, options);
  };
  return agent;
}

/** Connections that are made by a function of our own. */
class OwnAgent extends QuietAgent {
  readonly #connect: () => Duplex;

  constructor(connect: () => Duplex) {
    super();
    this.#connect = connect;
  }

  override createConnection(): Duplex {
    return this.#connect();
  }
}

/** The client's options. What is not set here it would take from the environment by itself. */
const NOTHING = {
  host: undefined,
  port: undefined,
  socketPath: undefined,
  username: undefined,
  pathPrefix: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  protocol: 'http',
} as const;

/**
 * As Node's own agent, but that it need not find out what to call a socket's other end for TLS: what
 * it tests addresses with takes longer to make than an answer of the engine.
 */
const SOCKET_AGENT = {
  keepAlive: true,
  scheduling: 'lifo',
  timeout: 5_000,
  servername: '',
} as const;

/** What the client needs to reach the engine, or to say why it cannot. */
export function clientOptions(choice: Result<EngineChoice, Failure>): DockerOptions {
  // What the package does not have in its types it passes on all the same.
  return optionsOf(choice);
}

function optionsOf(choice: Result<EngineChoice, Failure>): object {
  if (!choice.ok) {
    const { failure } = choice;
    const agent = new OwnAgent(() => {
      throw new NoEngine(failure);
    });
    return { ...NOTHING, host: 'no-engine', port: 80, agent };
  }
  const { at, tls } = choice.value;
  switch (at.kind) {
    case 'socket':
      return {
        ...NOTHING,
        socketPath: at.path,
        agent: tellingBroken(new QuietAgent(SOCKET_AGENT)),
      };
    case 'ssh': {
      // `docker` reads the same environment, so it dials the same engine.
      const agent = tellingBroken(new OwnAgent(() => new StdioSocket(DIAL_ENGINE)));
      return { ...NOTHING, host: 'engine', port: 80, agent };
    }
    case 'tcp': {
      const { host, port } = at;
      if (tls === undefined) {
        return { ...NOTHING, host, port, agent: tellingBroken(new QuietAgent()) };
      }
      const { ca, cert, key, verify } = tls;
      const agent = tellingBroken(new HttpsAgent({ ca, cert, key, rejectUnauthorized: verify }));
      return { ...NOTHING, host, port, protocol: 'https', agent, ca, cert, key };
    }
  }
}
