import type { Failure } from '../../events/failure.ts';
import type { RegistryBlob } from '../../ports/registry.ts';
import { ok, type Result } from '../../util/result.ts';
import { digestOf } from './digest.ts';
import type { HttpAnswer } from './http.ts';
import { goodAnswer } from './refusals.ts';
import { TRIES, type RegistryTalk } from './talk.ts';

/** An upload that is not known any more, or that broke, is begun anew. */
const mayBeginAnew = (status: number): boolean => status === 404 || status >= 500;

/** What is put into a registry. */
export class Uploads {
  readonly #host: string;
  readonly #talk: RegistryTalk;

  constructor(host: string, talk: RegistryTalk) {
    this.#host = host;
    this.#talk = talk;
  }

  /** Puts content there, under its digest, where it is not there yet. */
  async send(repository: string, text: string): Promise<Result<RegistryBlob, Failure>> {
    const blob = { digest: digestOf(text), size: Buffer.byteLength(text) };
    const what = `cannot write into ${this.#host}/${repository}`;
    const path = `${repository}/blobs/${blob.digest}`;
    const there = await this.#talk.ask(what, path, { method: 'HEAD' });
    if (there.ok && there.value.status === 200) return ok(blob);
    for (let tries = 1; ; tries += 1) {
      const begun = await this.begin(repository, '', what);
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
      const answered = goodAnswer(this.#host, what, sent);
      return answered.ok ? ok(blob) : answered;
    }
  }

  /** Whether it would take content now; nothing is left there. */
  async takes(repository: string): Promise<Result<void, Failure>> {
    const begun = await this.begin(repository, '', `cannot write into ${this.#host}/${repository}`);
    if (!begun.ok) return begun;
    const place = begun.value.headers['location'];
    // One that does not know the word forgets it by itself.
    if (place !== undefined) await this.#talk.ask('', place, { method: 'DELETE', once: true });
    return ok(undefined);
  }

  /** The registry says where the content goes, or with a query that it has it already. */
  async begin(
    repository: string,
    query: string,
    what: string,
  ): Promise<Result<HttpAnswer, Failure>> {
    const path = `${repository}/blobs/uploads/${query}`;
    return goodAnswer(this.#host, what, await this.#talk.ask(what, path, { method: 'POST' }));
  }
}
