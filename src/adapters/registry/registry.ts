import type { Failure } from '../../events/failure.ts';
import type { Registry, RegistryManifest } from '../../ports/registry.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { digestOf } from './digest.ts';
import type { HttpAnswer } from './http.ts';
import { refusal } from './refusals.ts';
import { RegistryTalk, TRIES, type RegistryWorld } from './talk.ts';

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** An upload that is not known any more, or that broke, is begun anew. */
const mayBeginAnew = (status: number): boolean => status === 404 || status >= 500;

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

  constructor(host: string, world: RegistryWorld) {
    this.#host = host;
    this.#talk = new RegistryTalk(host, world);
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
    const begun = await this.#begin(repository, query, what);
    if (!begun.ok) return begun;
    if (begun.value.status === 201) return ok(undefined);
    const why = `${this.#host} does not have it, or does not share it`;
    return fail({ reason: 'host', what, why });
  }

  async upload(repository: string, text: string) {
    const blob = { digest: digestOf(text), size: Buffer.byteLength(text) };
    const what = `cannot write into ${this.#host}/${repository}`;
    const path = `${repository}/blobs/${blob.digest}`;
    const there = await this.#talk.ask(what, path, { method: 'HEAD' });
    if (there.ok && there.value.status === 200) return ok(blob);
    for (let tries = 1; ; tries += 1) {
      const begun = await this.#begin(repository, '', what);
      if (!begun.ok) return begun;
      const place = begun.value.headers['location'] ?? '';
      const url = `${place}${place.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`;
      const headers = { 'content-type': 'application/octet-stream' };
      const asked = { method: 'PUT', headers, body: text, once: true };
      const sent = await this.#talk.ask(what, url, asked);
      const isBroken = !sent.ok || mayBeginAnew(sent.value.status);
      if (isBroken && tries < TRIES) {
        await this.#talk.pause(tries);
        continue;
      }
      const answered = this.#good(what, sent);
      return answered.ok ? ok(blob) : answered;
    }
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

  async #begin(repository: string, query: string, what: string) {
    const path = `${repository}/blobs/uploads/${query}`;
    return this.#good(what, await this.#talk.ask(what, path, { method: 'POST' }));
  }

  #good(what: string, answered: Result<HttpAnswer, Failure>): Result<HttpAnswer, Failure> {
    const isGood = !answered.ok || (answered.value.status >= 200 && answered.value.status < 300);
    return isGood ? answered : fail(refusal(this.#host, what, answered.value));
  }
}

/** Speaks to a registry as the OCI distribution specification says. */
export function openRegistry(host: string, world: RegistryWorld): Registry {
  return new HttpRegistry(host, world);
}
