import type { Failure } from '../../events/failure.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { HttpAnswer } from './http.ts';
import { goodAnswer } from './refusals.ts';
import { RegistryTalk, type RegistryWorld } from './talk.ts';
import { Uploads } from './uploads.ts';

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

function altered(what: string): Failure {
  return {
    reason: 'files',
    what: `${what} was altered`,
    why: 'its contents do not have the digest that it is called by',
  };
}

class HttpRegistry implements Registry {
  readonly #host: string;
  readonly #talk: RegistryTalk;
  readonly #uploads: Uploads;

  constructor(host: string, world: RegistryWorld) {
    this.#host = host;
    this.#talk = new RegistryTalk(host, world);
    this.#uploads = new Uploads(host, this.#talk);
  }

  async manifest(
    repository: string,
    reference: string,
  ): Promise<Result<RegistryManifest | undefined, Failure>> {
    const isDigest = reference.startsWith('sha256:');
    const name = `${repository}${isDigest ? '@' : ':'}${reference}`;
    const what = `cannot read ${this.#host}/${name}`;
    const path = `${repository}/manifests/${reference}`;
    const asked = await this.#talk.ask(what, path, { headers: { accept: ACCEPT } });
    if (asked.ok && asked.value.status === 404) return ok(undefined);
    const answered = this.#good(what, asked);
    if (!answered.ok) return answered;
    const { text, headers, digest } = answered.value;
    if (isDigest && reference !== digest) return fail(altered(name));
    return ok({ mediaType: headers['content-type'] ?? '', digest, text });
  }

  async put(
    repository: string,
    tag: string,
    { mediaType, text }: RegistryManifest,
  ): Promise<Result<void, Failure>> {
    const what = `cannot write ${this.#host}/${repository}:${tag}`;
    const asked = { method: 'PUT', headers: { 'content-type': mediaType }, body: text };
    const path = `${repository}/manifests/${tag}`;
    const answered = this.#good(what, await this.#talk.ask(what, path, asked));
    return answered.ok ? ok(undefined) : answered;
  }

  async mount(repository: string, digest: string, from: string): Promise<Result<void, Failure>> {
    const what = `cannot take ${from}@${digest} over into ${repository}`;
    const query = `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
    const begun = await this.#uploads.begin(repository, query, what);
    if (!begun.ok) return begun;
    if (begun.value.status === 201) return ok(undefined);
    const why = `${this.#host} does not have it, or does not share it`;
    return fail({ reason: 'host', what, why });
  }

  upload(repository: string, text: string) {
    return this.#uploads.send(repository, text);
  }

  takes(repository: string) {
    return this.#uploads.takes(repository);
  }

  async read(repository: string, digest: string): Promise<Result<string | undefined, Failure>> {
    const found = await this.#blob(repository, digest, false);
    return found.ok ? ok(found.value?.text) : found;
  }

  async holds(repository: string, digest: string): Promise<Result<boolean, Failure>> {
    const found = await this.#blob(repository, digest, true);
    return found.ok ? ok(found.value !== undefined) : found;
  }

  async #blob(
    repository: string,
    digest: string,
    digestOnly: boolean,
  ): Promise<Result<HttpAnswer | undefined, Failure>> {
    const name = `${this.#host}/${repository}@${digest}`;
    const what = `cannot read ${name}`;
    const path = `${repository}/blobs/${digest}`;
    const asked = await this.#talk.ask(what, path, { digestOnly });
    if (asked.ok && asked.value.status === 404) return ok(undefined);
    const answered = this.#good(what, asked);
    if (!answered.ok) return answered;
    return answered.value.digest === digest ? answered : fail(altered(name));
  }

  #good(what: string, answered: Result<HttpAnswer, Failure>): Result<HttpAnswer, Failure> {
    return goodAnswer(this.#host, what, answered);
  }
}

/** Speaks to a registry as the OCI distribution specification says. */
export function openRegistry(host: string, world: RegistryWorld): Registry {
  return new HttpRegistry(host, world);
}
