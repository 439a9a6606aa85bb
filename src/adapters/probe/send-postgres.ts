import { Client, DatabaseError } from 'pg';
import type { ProbeAnswer, WireRequest } from '../../ports/prober.ts';
import { failedAnswer, lateAnswer } from './causes.ts';
import { passwordOf } from './send-tcp.ts';

type DatabaseRequest = Extract<WireRequest, { protocol: 'postgres' | 'redis' }>;

/** `28…`: invalid authorization. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REJECTED = /^28/;

/** Logs in and asks `SELECT 1`. */
export async function sendPostgres(request: DatabaseRequest): Promise<ProbeAnswer> {
  const startedMs = performance.now();
  const elapsed = (): number => performance.now() - startedMs;
  const client = new Client({
    host: request.host,
    port: request.port,
    user: request.credentials.user,
    database: request.credentials.database,
    password: passwordOf(request),
  });
  // After the outcome is known the connection may still fail while it is closed.
  client.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ProbeAnswer>((resolve) => {
    timer = setTimeout(
      () => resolve(lateAnswer('the answer', request.timeoutMs, elapsed())),
      request.timeoutMs,
    );
  });
  const asked = ask(client).then(
    (): ProbeAnswer => ({ durationMs: elapsed(), outcome: { kind: 'answered', body: '1' } }),
    (error: unknown) => failure(error as Error, elapsed()),
  );
  const answer = await Promise.race([asked, late]);
  clearTimeout(timer);
  void client.end().catch(() => undefined);
  return answer;
}

async function ask(client: Client): Promise<void> {
  await client.connect();
  await client.query('SELECT 1');
}

function failure(error: Error, durationMs: number): ProbeAnswer {
  if (!(error instanceof DatabaseError)) {
    // pg's own words when the server hangs up or asks for a password that there is not.
    if (/SASL|password/.test(error.message)) {
      const outcome = { kind: 'failed', cause: 'credentials', message: error.message } as const;
      return { durationMs, outcome };
    }
    return failedAnswer(error, durationMs);
  }
  const cause = REJECTED.test(error.code ?? '') ? 'credentials' : 'protocol';
  return { durationMs, outcome: { kind: 'failed', cause, message: error.message } };
}
