import type { Expectation } from '../model/probe.ts';
import type { ProbeAnswer, TransportCause } from '../ports/prober.ts';
import { unreachable } from '../util/unreachable.ts';

/** Why a request failed: no answer came, or not the expected one. */
export type ProbeCause = TransportCause | 'status' | 'body';

/** What a request came to, measured against what was expected. */
export interface ProbeVerdict {
  readonly ok: boolean;
  /** HTTP status, where there is one. */
  readonly status?: number;
  readonly durationMs: number;
  readonly failure?: { readonly cause: ProbeCause; readonly message: string };
}

/** How much of an unexpected body is told. */
const SHOWN_CHARACTERS = 200;

function excerpt(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}

function statusExpected({ status: allowed }: Expectation, status: number): boolean {
  return allowed.length === 0 ? status < 400 : allowed.includes(status);
}

function bodyProblem(expect: Expectation, body: string): string | undefined {
  if (expect.contains !== undefined && !body.includes(expect.contains)) {
    return `the body does not contain ${JSON.stringify(expect.contains)}`;
  }
  if (expect.matches !== undefined && !new RegExp(expect.matches, 'u').test(body)) {
    return `the body does not match /${expect.matches}/`;
  }
  return undefined;
}

/** Compares an answer with what was expected. */
export function judgeAnswer(answer: ProbeAnswer, expect: Expectation): ProbeVerdict {
  const { durationMs, outcome } = answer;
  if (outcome.kind === 'failed') {
    const { cause, message } = outcome;
    return { ok: false, durationMs, failure: { cause, message } };
  }
  const { status, body } = outcome;
  const shared = { durationMs, ...(status !== undefined && { status }) };
  if (status !== undefined && !statusExpected(expect, status)) {
    const wanted = expect.status.length === 0 ? 'below 400' : expect.status.join(' or ');
    const said = excerpt(body);
    const message = `status ${status}, expected ${wanted}${said === '' ? '' : `: ${said}`}`;
    return { ok: false, ...shared, failure: { cause: 'status', message } };
  }
  const problem = bodyProblem(expect, body);
  if (problem === undefined) return { ok: true, ...shared };
  const message = `${problem}: ${excerpt(body)}`;
  return { ok: false, ...shared, failure: { cause: 'body', message } };
}

/** A cause in words for people. */
export function causeText(cause: ProbeCause): string {
  switch (cause) {
    case 'dns':
      return 'does not resolve';
    case 'refused':
      return 'refused';
    case 'unreachable':
      return 'unreachable';
    case 'tls':
      return 'TLS';
    case 'timeout':
      return 'timed out';
    case 'closed':
      return 'closed';
    case 'protocol':
      return 'wrong protocol';
    case 'credentials':
      return 'credentials rejected';
    case 'status':
      return 'wrong status';
    case 'body':
      return 'wrong body';
    default:
      return unreachable(cause);
  }
}
