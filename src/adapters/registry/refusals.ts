import type { Failure } from '../../events/failure.ts';
import { fail, type Result } from '../../util/result.ts';
import type { HttpAnswer } from './http.ts';

const WAITS = 'the registry takes no more for now; what is there stays, and the next run goes on';
const CURES: Readonly<Record<number, (host: string) => string>> = {
  401: (host) => `docker login ${host}`,
  403: (host) => `Have somebody give you the right to write there, or: docker login ${host}`,
  413: () => 'Have the registry, or the proxy before it, take larger bodies',
  429: () => `Wait: ${WAITS}`,
};

/** What the distribution registry tells of a full disk: the system's number (ENOSPC, EDQUOT), without a word. */
const FULL_BY_NUMBER = /"Err":(?:28|122)\b/;

/** A registry that answered, and would not. */
function refusal(host: string, what: string, { status, text }: HttpAnswer): Failure {
  const isFull = FULL_BY_NUMBER.test(text);
  const message = /"message":\s*"([^"]{1,500})/.exec(text)?.[1] ?? '';
  const said = isFull ? 'its disk is full' : message;
  const why = `${host} answered ${String(status)}${said === '' ? '' : `: ${said}`}`;
  const cure =
    isFull || /no space left|quota/i.test(text)
      ? 'Make room in the registry, and try again: what is there stays'
      : (CURES[status]?.(host) ?? 'Look at the registry, and try again: what is there stays');
  return { reason: 'host', what, why, cure };
}

/** An answer that says yes; any other as a failure. */
export function goodAnswer(
  host: string,
  what: string,
  answered: Result<HttpAnswer, Failure>,
): Result<HttpAnswer, Failure> {
  const isGood = !answered.ok || (answered.value.status >= 200 && answered.value.status < 300);
  return isGood ? answered : fail(refusal(host, what, answered.value));
}

/** A registry that wants a login, which is with a program that is not there. */
export function withoutHelper(host: string, what: string, helper: string): Failure {
  return {
    ...{ reason: 'host', what },
    why: `${host} wants a login, and ${helper}, which keeps logins by ~/.docker/config.json, is not on this machine`,
    cure: `Install it, or take credsStore and credHelpers out of that file; then: docker login ${host}`,
  };
}

/** Codes of TLS for somebody whom nobody here vouches for. */
const UNKNOWN = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/;

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const isUntrusted = (error: unknown): boolean => UNKNOWN.test(codeOf(error));

/** A registry that did not answer. */
export function silence(host: string, what: string, error: unknown): Failure {
  const why = error instanceof Error ? error.message || codeOf(error) : String(error);
  if (isUntrusted(error)) {
    return {
      reason: 'host',
      what,
      why: `${host} shows a certificate that is not trusted: ${why}`,
      cure: `Put the certificate of its authority into /etc/docker/certs.d/${host}/ca.crt: the engine reads it, too`,
    };
  }
  const cure = 'Look whether the registry runs';
  return { reason: 'host', what, why: `${host} does not answer: ${why}`, cure };
}
