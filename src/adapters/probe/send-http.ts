import { readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { ProbeAnswer, WireRequest } from '../../ports/prober.ts';
import { failedAnswer, lateAnswer } from './causes.ts';

type HttpRequest = Extract<WireRequest, { protocol: 'http' }>;

const MAX_BODY_BYTES = 1 << 20;

/** Whom a request trusts: all of a bundle, or the one that comes last in it, the project's own. */
type Trust = 'all' | 'last';

/** Reading a bundle costs milliseconds; it is read again only when its file has changed. */
const contexts = new Map<string, { readonly stamp: number; readonly context: SecureContext }>();

function secureContext(caFile: string | undefined, trust: Trust): SecureContext {
  const key = `${trust} ${caFile ?? ''}`;
  const stamp = caFile === undefined ? 0 : statSync(caFile).mtimeMs;
  const cached = contexts.get(key);
  if (cached?.stamp === stamp) return cached.context;
  const pem = caFile === undefined ? rootCertificates.join('\n') : readFileSync(caFile, 'utf8');
  const ca = trust === 'all' ? pem : pem.slice(pem.lastIndexOf('-----BEGIN CERTIFICATE-----'));
  const context = createSecureContext({ ca });
  contexts.set(key, { stamp, context });
  return context;
}

/** One request on a connection of its own; redirects are answers, not followed. */
export async function sendHttp(request: HttpRequest): Promise<ProbeAnswer> {
  if (!request.url.startsWith('https:')) return sendOnce(request, undefined);
  // The whole bundle takes longer to read than the answer to come, and few need more than the last
  // one. Where it is not enough, the handshake failed and nothing was sent.
  const isBundle = request.caFile !== undefined && !contexts.has(`all ${request.caFile}`);
  const answer = isBundle && (await sendOnce(request, secureContext(request.caFile, 'last')));
  if (answer !== false && !(answer.outcome.kind === 'failed' && answer.outcome.cause === 'tls'))
    return answer;
  return sendOnce(request, secureContext(request.caFile, 'all'));
}

function sendOnce(request: HttpRequest, context: SecureContext | undefined): Promise<ProbeAnswer> {
  // Reading certificates is our own affair: it is not what the answer took.
  const startedMs = performance.now();
  const elapsed = (): number => performance.now() - startedMs;
  return new Promise((resolve) => {
    let waitingFor = 'the connection';
    let settled = false;
    const settle = (answer: ProbeAnswer): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(answer);
      outgoing?.destroy();
    };
    const timer = setTimeout(
      () => settle(lateAnswer(waitingFor, request.timeoutMs, elapsed())),
      request.timeoutMs,
    );
    let outgoing: http.ClientRequest | undefined;
    try {
      outgoing = open(request, context);
    } catch (error) {
      // A malformed address.
      settle(failedAnswer(error as Error, elapsed()));
      return;
    }
    outgoing.on('socket', (socket) => {
      socket.on('connect', () => {
        waitingFor = request.url.startsWith('https:') ? 'the TLS handshake' : 'the answer';
      });
      socket.on('secureConnect', () => {
        waitingFor = 'the answer';
      });
    });
    outgoing.on('error', (error) => settle(failedAnswer(error, elapsed())));
    outgoing.on('response', (response) => {
      waitingFor = 'the rest of the answer';
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answered = (): void => {
        const body = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
        const status = response.statusCode ?? 0;
        settle({ durationMs: elapsed(), outcome: { kind: 'answered', status, body } });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= MAX_BODY_BYTES) answered();
      });
      response.on('end', answered);
      response.on('error', (error) => settle(failedAnswer(error, elapsed())));
    });
    outgoing.end(request.body);
  });
}

function open(request: HttpRequest, context: SecureContext | undefined): http.ClientRequest {
  const url = new URL(request.url);
  const headers = { ...request.headers };
  if (request.body !== undefined) {
    headers['content-length'] ??= String(Buffer.byteLength(request.body));
  }
  const options = { method: request.method, headers, agent: false };
  if (context === undefined) return http.request(url, options);
  const agent = new https.Agent({ keepAlive: false, secureContext: context });
  return https.request(url, {
    ...options,
    agent,
    // An address cannot be a server name; the certificate is then judged by the address.
    ...(isIP(url.hostname) === 0 && { servername: url.hostname }),
  });
}
