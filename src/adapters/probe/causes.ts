import type { ProbeAnswer, TransportCause } from '../../ports/prober.ts';

const BY_CODE: Readonly<Record<string, TransportCause>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  EAI_NODATA: 'dns',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
};

/** OpenSSL's verification results come as bare words: `CERT_HAS_EXPIRED`, `SELF_SIGNED_CERT…`. */
const TLS_CODE =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$)|_CERT|_SIGNATURE$|^HOSTNAME_MISMATCH/;
const TLS_MESSAGE = /tlsv1 alert|ssl3_|SSL routines|before secure TLS connection/;

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Tells why a connection failed from the error that Node gave. */
export function causeOf(error: Error): TransportCause {
  // Several addresses were tried (happy eyeballs): the first one's reason stands for all.
  if (error instanceof AggregateError) {
    const first: unknown = error.errors[0];
    if (first instanceof Error) return causeOf(first);
  }
  const code = codeOf(error);
  if (TLS_CODE.test(code) || TLS_MESSAGE.test(error.message)) return 'tls';
  if (code.startsWith('HPE_')) return 'protocol';
  return BY_CODE[code] ?? 'closed';
}

/** OpenSSL's own sentence out of `…:error:0A00010B:SSL routines:…:wrong version number:…`. */
function plainMessage(error: Error): string {
  if (error instanceof AggregateError) {
    const first: unknown = error.errors[0];
    if (first instanceof Error) return first.message;
  }
  const openssl = /:SSL routines:[^:]*:([^:]+):/.exec(error.message);
  return openssl?.[1] ?? error.message;
}

/** An answer that says: it failed, for this reason. */
export function failedAnswer(error: Error, durationMs: number): ProbeAnswer {
  const outcome = { kind: 'failed', cause: causeOf(error), message: plainMessage(error) } as const;
  return { durationMs, outcome };
}

/** An answer that says: it took too long. `waitingFor` is what had not come yet. */
export function lateAnswer(waitingFor: string, timeoutMs: number, durationMs: number): ProbeAnswer {
  const message = `${waitingFor} took longer than ${timeoutMs} ms`;
  return { durationMs, outcome: { kind: 'failed', cause: 'timeout', message } };
}
