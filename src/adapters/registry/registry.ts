import { createHash } from 'node:crypto';
import type { Failure } from '../../events/failure.ts';
import type { Files } from '../../ports/files.ts';
import type { Processes } from '../../ports/processes.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Secret } from '../../util/secret.ts';
import { dockerLogin } from './docker-login.ts';

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** A registry that says nothing for so long is down. */
const PATIENCE_MS = 30_000;
/** As often a request is sent where the registry is busy or stumbles. */
const TRIES = 4;
const PAUSE_MS = 500;
/** No longer than this is waited, whatever the registry asks for. */
const LONGEST_PAUSE_MS = 10_000;

export const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

interface RegistryWorld {
  readonly files: Files;
  readonly processes: Processes;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly sleep: (ms: number) => Promise<void>;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a registry answered, read whole. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** As the engine does: this machine's own registries may do without TLS. */
const isLoopback = (host: string): boolean =>
  /^(?:localhost|127\.[\d.]+|\[::1\])(?::|$)/.test(host);

const CURES: Readonly<Record<number, (host: string) => string>> = {
  401: (host) => `docker login ${host}`,
  403: (host) => `Have somebody give you the right to write there, or: docker login ${host}`,
  413: () => 'Have the registry, or the proxy before it, take larger bodies',
  429: () =>
    'Wait: the registry takes no more for now; what is there stays, and the next run goes on',
};

function refusal(host: string, what: string, { status, text }: Answered): Failure {
  const said = /"message":\s*"([^"]{1,200})"/.exec(text)?.[1] ?? '';
  const why = `${host} answered ${String(status)}${said === '' ? '' : `: ${said}`}`;
  const cure = CURES[status]?.(host) ?? 'Look at the registry, and try again: what is there stays';
  return { reason: 'host', what, why, cure };
}

function silence(host: string, what: string, error: unknown): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message || cause.name : String(cause);
  return {
    reason: 'host',
    what,
    why: `${host} does not answer: ${why}`,
    cure: 'Look whether the registry runs',
  };
}

/** Asks with whatever the registry wants to have shown: nothing, a login, or a token that it gives for it. */
class RegistryTalk {
  readonly #host: string;
  readonly #world: RegistryWorld;
  #base: string | undefined;
  #shown: string | undefined;

  constructor(host: string, world: RegistryWorld) {
    this.#host = host;
    this.#world = world;
  }

  /** @param path below `/v2/`, or a whole address that the registry gave. */
  async ask(what: string, path: string, asked: Asked = {}): Promise<Result<Answered, Failure>> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.#askOnce(what, path, asked);
      if (!answer.ok) return answer;
      const { status, headers } = answer.value;
      if (status === 401 && tries === 1 && (await this.#authorize(headers))) continue;
      if ((status !== 429 && status < 500) || tries >= TRIES) return answer;
      const after = Number(headers.get('retry-after')) * 1000;
      await this.#world.sleep(Math.min(after || PAUSE_MS * tries, LONGEST_PAUSE_MS));
    }
  }

  async #askOnce(what: string, path: string, asked: Asked): Promise<Result<Answered, Failure>> {
    const url = await this.#url(path);
    const shown = this.#shown === undefined ? {} : { authorization: this.#shown };
    try {
      const response = await fetch(url, {
        ...asked,
        headers: { ...asked.headers, ...(url.startsWith(this.#base ?? '/') && shown) },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const { status, headers } = response;
      return ok({ status, headers, text: await response.text() });
    } catch (error) {
      return fail(silence(this.#host, what, error));
    }
  }

  async #url(path: string): Promise<string> {
    this.#base ??= await this.#findBase();
    if (/^https?:/.test(path)) return path;
    return path.startsWith('/') ? this.#base + path : `${this.#base}/v2/${path}`;
  }

  async #findBase(): Promise<string> {
    const secure = `https://${this.#host}`;
    if (!isLoopback(this.#host)) return secure;
    try {
      await fetch(`${secure}/v2/`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      return secure;
    } catch (error) {
      const { code = '' } = (error as { cause?: { code?: string } }).cause ?? {};
      // A certificate that nobody vouches for is no reason to send passwords in the open.
      return /CERT|SELF_SIGNED|UNABLE_TO/.test(code) ? secure : `http://${this.#host}`;
    }
  }

  /** Whether it is worth asking again. */
  async #authorize(headers: Headers): Promise<boolean> {
    const wanted = headers.get('www-authenticate') ?? '';
    const login: Secret | undefined = await dockerLogin(this.#host, this.#world);
    if (/^basic/i.test(wanted)) {
      this.#shown = login?.reveal();
      return login !== undefined;
    }
    const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(wanted)?.[1] ?? '';
    const realm = field('realm');
    if (!/^bearer/i.test(wanted) || !realm.startsWith('https://')) return false;
    const url = new URL(realm);
    for (const name of ['service', 'scope']) url.searchParams.set(name, field(name));
    const given = await fetch(url, {
      headers: login === undefined ? {} : { authorization: login.reveal() },
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).catch(() => undefined);
    if (given?.ok !== true) return false;
    const { token, access_token: other } = (await given.json()) as Record<string, unknown>;
    const text = typeof token === 'string' ? token : other;
    this.#shown = typeof text === 'string' ? `Bearer ${text}` : undefined;
    return this.#shown !== undefined;
  }
}

/** Speaks to a registry as the OCI distribution specification says. */
export function openRegistry(host: string, world: RegistryWorld): Registry {
  const talk = new RegistryTalk(host, world);
  const good = (what: string, answered: Result<Answered, Failure>): Result<Answered, Failure> =>
    !answered.ok || (answered.value.status >= 200 && answered.value.status < 300)
      ? answered
      : fail(refusal(host, what, answered.value));

  async function begin(repository: string, query: string, what: string) {
    const path = `${repository}/blobs/uploads/${query}`;
    return good(what, await talk.ask(what, path, { method: 'POST' }));
  }

  return {
    async manifest(repository, reference) {
      const what = `cannot read ${host}/${repository}:${reference}`;
      const path = `${repository}/manifests/${reference}`;
      const asked = await talk.ask(what, path, { headers: { accept: ACCEPT } });
      if (asked.ok && asked.value.status === 404) return ok(undefined);
      const answered = good(what, asked);
      if (!answered.ok) return answered;
      const { text, headers } = answered.value;
      const manifest: RegistryManifest = {
        mediaType: headers.get('content-type') ?? '',
        digest: digestOf(text),
        text,
      };
      const isAsked = !reference.startsWith('sha256:') || reference === manifest.digest;
      if (isAsked) return ok(manifest);
      const why = 'its contents do not have the digest that it is called by';
      return fail({ reason: 'files', what: `${repository}@${reference} was altered`, why });
    },
    async put(repository, tag, { mediaType, text }) {
      const what = `cannot write ${host}/${repository}:${tag}`;
      const asked = { method: 'PUT', headers: { 'content-type': mediaType }, body: text };
      const answered = good(what, await talk.ask(what, `${repository}/manifests/${tag}`, asked));
      return answered.ok ? ok(undefined) : answered;
    },
    async mount(repository, digest, from) {
      const what = `cannot take ${from}@${digest} over into ${repository}`;
      const query = `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
      const begun = await begin(repository, query, what);
      if (!begun.ok) return begun;
      if (begun.value.status === 201) return ok(undefined);
      return fail({ reason: 'host', what, why: `${host} does not have it, or does not share it` });
    },
    async upload(repository, text) {
      const blob = { digest: digestOf(text), size: Buffer.byteLength(text) };
      const what = `cannot write into ${host}/${repository}`;
      const there = await talk.ask(what, `${repository}/blobs/${blob.digest}`, { method: 'HEAD' });
      if (there.ok && there.value.status === 200) return ok(blob);
      const begun = await begin(repository, '', what);
      if (!begun.ok) return begun;
      const place = begun.value.headers.get('location') ?? '';
      const url = `${place}${place.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`;
      const headers = { 'content-type': 'application/octet-stream' };
      const sent = good(what, await talk.ask(what, url, { method: 'PUT', headers, body: text }));
      return sent.ok ? ok(blob) : sent;
    },
  };
}
