import { request } from 'node:https';

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface HttpsOptions {
  /** The certificate authority that is trusted, PEM; the system's own when not given. */
  readonly ca?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST. */
  readonly json?: unknown;
}

/** One request over HTTPS, the server's certificate verified. No redirect is followed. */
export function httpsRequest(url: string, options: HttpsOptions = {}): Promise<HttpsAnswer> {
  const { ca, json } = options;
  const headers = {
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  };
  const method = json === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ca, agent: false, timeout: 10_000 });
    sent.once('timeout', () => sent.destroy(new Error(`${url} did not answer within 10 s`)));
    sent.once('error', reject);
    sent.once('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.end(json === undefined ? undefined : JSON.stringify(json));
  });
}
