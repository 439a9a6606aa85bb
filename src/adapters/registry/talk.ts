import type { Failure } from '../../events/failure.ts';
import type { Files } from '../../ports/files.ts';
import type { Processes } from '../../ports/processes.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Secret } from '../../util/secret.ts';
import { authoritiesFor } from './authorities.ts';
import { authorizationFor } from './authorize.ts';
import { dockerLogin } from './docker-login.ts';
import { send, type HttpAnswer, type HttpRequest } from './http.ts';
import { isLoopbackHost } from './loopback-host.ts';
import { codeOf, isUntrusted, silence, withoutHelper } from './refusals.ts';

/** A registry that says nothing for so long is down. */
const PATIENCE_MS = 30_000;
/** As often a request is sent where the registry is busy or stumbles. */
export const TRIES = 4;
const PAUSE_MS = 500;
/** No longer than this is waited, whatever the registry asks for. */
const LONGEST_PAUSE_MS = 10_000;
/** A connection that was there and broke: the next one may hold. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

export interface RegistryWorld {
  readonly files: Files;
  readonly processes: Processes;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly sleep: (ms: number) => Promise<void>;
  readonly patienceMs?: number;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly digestOnly?: boolean;
  /** What cannot be sent a second time as it is. */
  readonly once?: boolean;
}

/** The repository that a path or an address is of: `shop/web`. */
const repositoryOf = (path: string): string =>
  /^(?:.*\/v2\/)?(.+?)\/(?:manifests|blobs)\//.exec(path)?.[1] ?? '';

/** Asks with whatever the registry wants to have shown: nothing, a login, or a token that it gives for it. */
export class RegistryTalk {
  readonly #host: string;
  readonly #world: RegistryWorld;
  #authorities: readonly string[] | undefined;
  #base: string | undefined;
  #missingHelper: string | undefined;
  /** By repository: a token is for one, and others may be asked at the same time. */
  readonly #shown = new Map<string, Secret>();

  constructor(host: string, world: RegistryWorld) {
    this.#host = host;
    this.#world = world;
  }

  /** @param path below `/v2/`, or a whole address that the registry gave. */
  async ask(what: string, path: string, asked: Asked = {}): Promise<Result<HttpAnswer, Failure>> {
    let isAuthorized = false;
    for (let tries = 1; ; tries += 1) {
      const isLast = tries >= TRIES || asked.once === true;
      try {
        const answer = await this.#askOnce(path, asked);
        const { status, headers } = answer;
        if (status === 401 && !isAuthorized) {
          isAuthorized = await this.#authorize(headers['www-authenticate'] ?? '', path);
          if (isAuthorized) {
            tries -= 1;
            continue;
          }
        }
        if (status === 401 && this.#missingHelper !== undefined) {
          return fail(withoutHelper(this.#host, what, this.#missingHelper));
        }
        if ((status !== 429 && status < 500) || isLast) return ok(answer);
        await this.pause(tries, Number(headers['retry-after']) * 1000);
      } catch (error) {
        if (isLast || !BROKEN.has(codeOf(error))) return fail(silence(this.#host, what, error));
        await this.pause(tries);
      }
    }
  }

  pause(tries: number, wantedMs?: number): Promise<void> {
    return this.#world.sleep(Math.min(wantedMs || PAUSE_MS * tries, LONGEST_PAUSE_MS));
  }

  async #askOnce(path: string, asked: Asked): Promise<HttpAnswer> {
    this.#base ??= await this.#findBase();
    const base = this.#base;
    const url = /^https?:/.test(path) ? path : base + (path.startsWith('/') ? path : `/v2/${path}`);
    // A place for an upload may be elsewhere: a login is shown to the registry alone.
    const isOwn = new URL(url).origin === base;
    const known = isOwn ? this.#shown.get(repositoryOf(url)) : undefined;
    const shown: Record<string, string> =
      known === undefined ? {} : { authorization: known.reveal() };
    const { method = 'GET', headers, body, digestOnly = false } = asked;
    const request = { method, headers: { ...headers, ...shown }, digestOnly };
    return this.#send(url, body === undefined ? request : { ...request, body });
  }

  #send(
    url: string,
    request: Omit<HttpRequest, 'authorities' | 'patienceMs'>,
  ): Promise<HttpAnswer> {
    this.#authorities ??= authoritiesFor(this.#host, this.#world);
    const patienceMs = this.#world.patienceMs ?? PATIENCE_MS;
    return send(url, { ...request, authorities: this.#authorities, patienceMs });
  }

  async #findBase(): Promise<string> {
    const secure = new URL(`https://${this.#host}`).origin;
    if (!isLoopbackHost(this.#host)) return secure;
    try {
      await this.#send(`${secure}/v2/`, { method: 'GET', headers: {} });
      return secure;
    } catch (error) {
      // A certificate that nobody vouches for is no reason to send passwords in the open.
      return isUntrusted(error) ? secure : new URL(`http://${this.#host}`).origin;
    }
  }

  /** Whether it is worth asking again. */
  async #authorize(header: string, path: string): Promise<boolean> {
    const login = await dockerLogin(this.#host, this.#world);
    this.#missingHelper = login !== undefined && 'missing' in login ? login.missing : undefined;
    const shown = await authorizationFor(header, {
      host: this.#host,
      login: login !== undefined && 'missing' in login ? undefined : login,
      ask: (address, request) => this.#send(address, request),
    });
    if (shown !== undefined) this.#shown.set(repositoryOf(path), shown);
    return shown !== undefined;
  }
}
