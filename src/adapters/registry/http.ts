import { createHash } from 'node:crypto';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';

/** A registry's storage may be elsewhere: so often it may say where. */
const MOST_REDIRECTS = 5;
/** Manifests and documents are smaller: whoever sends more is no registry. */
const LARGEST_BYTES = 64 * 1024 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM of whom is trusted. */
  readonly authorities: readonly string[];
  /** No byte either way for so long: it is down. */
  readonly patienceMs: number;
  /** What is only to be digested is not kept. */
  readonly digestOnly?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where only the digest was asked for. */
  readonly text: string;
  /** `sha256:…` of the bytes of the body. */
  readonly digest: string;
}

async function readAll(response: IncomingMessage, digestOnly: boolean): Promise<HttpAnswer> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (digestOnly) continue;
    if (sizeBytes > LARGEST_BYTES) throw new Error('it sends more than any registry does');
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, one]) => [name, String(one)]),
    ),
    text: Buffer.concat(chunks).toString('utf8'),
    digest: `sha256:${hash.digest('hex')}`,
  };
}

function sendOnce(url: URL, request: HttpRequest): Promise<HttpAnswer> {
  const { method, body, authorities, patienceMs } = request;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const options = { method, headers: { ...request.headers, ...length } };
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? secureRequest(url, { ...options, ca: [...authorities] })
        : plainRequest(url, options);
    // Of silence, not of all that it takes: what is slow and goes on is not down.
    sent.setTimeout(patienceMs, () =>
      sent.destroy(new Error(`it said nothing for ${String(patienceMs / 1000)} s`)),
    );
    sent.once('error', reject);
    sent.once('response', (response) => {
      readAll(response, request.digestOnly === true).then(resolve, reject);
    });
    sent.end(body);
  });
}

/** Sends a request, and again to where it is sent on to; a login goes to nobody else. Throws as sockets do. */
export async function send(address: string, request: HttpRequest): Promise<HttpAnswer> {
  let url = new URL(address);
  let { headers } = request;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await sendOnce(url, { ...request, headers });
    const { location } = answer.headers;
    const isSentOn = [301, 302, 307, 308].includes(answer.status) && location !== undefined;
    if (!isSentOn || request.method !== 'GET' || redirects === MOST_REDIRECTS) return answer;
    const next = new URL(location, url);
    if (next.origin !== url.origin) {
      headers = Object.fromEntries(
        Object.entries(headers).filter(([name]) => name !== 'authorization'),
      );
    }
    url = next;
  }
}
