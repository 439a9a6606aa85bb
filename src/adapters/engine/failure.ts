import type { Failure } from '../../events/failure.ts';
import { engineElsewhereCure, type EngineChoice } from '../../ports/engine-choice.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { NoEngine } from './connect.ts';
import { UncopiedFile } from './copy-into.ts';

/** Codes with which a socket says that nobody answers behind it. */
const UNREACHABLE = new Set([
  ...['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EINVAL', 'EPROTOTYPE', 'ENOTSOCK'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN'],
]);

const NO_ANSWER = 'no Docker engine answers';

/** Something answers at the address, and it is no engine. */
export const OTHER_ENGINE: Failure = {
  reason: 'no-engine',
  what: 'what answers there is no Docker engine',
  why: 'its answers are not those of the engine’s API',
  cure: 'Look at what DOCKER_HOST or the Docker context points to: docker context ls',
};

/** A list that the engine answered; throws where something else did. */
export function listed<T>(answer: readonly T[]): readonly T[] {
  const isList = (given: unknown): boolean =>
    Array.isArray(given) && given.every((one) => typeof one === 'object');
  if (!isList(answer)) throw new NoEngine(OTHER_ENGINE);
  return answer;
}

/** A thing that the engine described; throws where something else answered. */
export function told<T extends object>(answer: T): T {
  // The client hands over what is no JSON as text or bytes.
  const isThing = typeof answer === 'object' && !(answer instanceof Uint8Array);
  if (!isThing) throw new NoEngine(OTHER_ENGINE);
  return answer;
}

/** A failure to reach the engine, with what points there where somebody chose it. */
export function pointedAt(failure: Failure, choice: Result<EngineChoice, Failure>): Failure {
  if (failure.what !== NO_ANSWER || !choice.ok) return failure;
  const { address, chosenBy } = choice.value;
  if (chosenBy === undefined) return failure;
  return {
    ...failure,
    why: `${chosenBy} points to ${address}: ${failure.why ?? 'nobody is there'}`,
    cure: engineElsewhereCure({ address, chosenBy }),
  };
}

/** Tells a failed call of the engine's API. Exported for the event stream, which fails late. */
export function engineFailure(action: string, error: unknown): Failure {
  if (error instanceof NoEngine || error instanceof UncopiedFile) return error.failure;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'EACCES') {
    return {
      reason: 'no-engine',
      what: 'the engine does not let you in',
      why: 'you may not open its socket: you are not in the group docker',
      cure: 'dev doctor --fix',
    };
  }
  if (UNREACHABLE.has(code) || message.includes('socket hang up')) {
    return {
      reason: 'no-engine',
      what: NO_ANSWER,
      why: message,
      cure: 'dev doctor --fix',
    };
  }
  if (TLS_CODE.test(code) || TLS_WORDS.test(message)) return untrusted(message);
  if (isForeignAnswer(error)) return OTHER_ENGINE;
  return { reason: 'service', what: `the engine could not ${action}`, why: apiMessage(error) };
}

/** How Node names what goes wrong between two ends of TLS, and what is no certificate or key. */
const TLS_CODE =
  /^(?:ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;
/** An engine that only speaks TLS, to one that does not. */
const TLS_WORDS = /HTTP request to an HTTPS server/;

function untrusted(why: string): Failure {
  return {
    reason: 'no-engine',
    what: 'the engine and this machine cannot make a safe connection (TLS)',
    why,
    cure: 'Give the Docker context the engine’s ca.pem and your cert.pem and key.pem (docker context update NAME --docker host=…,ca=…,cert=…,key=…), or set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH',
  };
}

/** An engine says what went wrong as JSON; a web server with a page. */
function isForeignAnswer(error: unknown): boolean {
  if (statusOf(error) === undefined || !(error instanceof Error)) return false;
  return /<!doctype|<html/i.test(error.message);
}

/** An id as `docker ps` shows it; a digest is left as it is. */
const withShortIds = (text: string): string =>
  text.replace(/(?<![:0-9a-f])([0-9a-f]{12})[0-9a-f]{52}(?![0-9a-f])/g, '$1');

/** The engine's own sentence, without the client's `(HTTP code 409) conflict - ` before it. */
export function apiMessage(error: unknown): string {
  return withShortIds(ownMessage(error));
}

function ownMessage(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'json' in error) {
    const { json } = error;
    if (typeof json === 'object' && json !== null && 'message' in json) return String(json.message);
  }
  const message = error instanceof Error ? error.message : String(error);
  // Of an answer that came as a stream the client knows the sentence alone, behind words of its own.
  return message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}

/** The HTTP status of an answer that was an error; undefined where there was no answer. */
export function statusOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'statusCode' in error
    ? error.statusCode
    : undefined;
}

/** For calls where some HTTP status means that things already are as asked for. */
export function unless(...statuses: readonly number[]): (error: unknown) => void {
  return (error) => {
    const status = statusOf(error);
    if (typeof status !== 'number' || !statuses.includes(status)) throw error;
  };
}

const RESTART = 'start it again: sudo systemctl restart docker, or what you started it with';

const secondsText = (ms: number): string => `${String(Math.round(ms / 1000))} seconds`;

function mute(limitMs: number): Failure {
  return {
    reason: 'no-engine',
    what: 'the Docker engine does not answer',
    why: `it takes connections, and said nothing for ${secondsText(limitMs)}`,
    cure: RESTART,
  };
}

/** With cgroup v1 pausing freezes the engine's own helper, and nothing that the API can do ends it. */
export const THAW = `where docker ps --filter status=paused shows one: echo THAWED | sudo tee /sys/fs/cgroup/freezer/docker/*/freezer.state; else ${RESTART}`;

/** What ends or removes something, and never ends itself; the engine may answer all else meanwhile. */
export function stuckRemoval(action: string, limitMs: number): Failure {
  return {
    reason: 'no-engine',
    what: `the Docker engine does not ${action}`,
    why: `it was asked to, and said nothing for ${secondsText(limitMs)}: another call may hang with what this one needs, as when a container is paused while a process is started in it`,
    cure: THAW,
  };
}

/**
 * Runs one question to the engine, whose client gives up a connection that is silent for `limitMs`:
 * an engine that hangs still takes connections.
 * @param hung what is told then
 */
export async function ask<T>(
  action: string,
  limitMs: number,
  run: () => Promise<T>,
  hung: Failure = mute(limitMs),
): Promise<Result<T, Failure>> {
  const startedAt = performance.now();
  const answer = await call(action, run);
  const hangs = !answer.ok && performance.now() - startedAt >= limitMs;
  return hangs && answer.failure.reason === 'no-engine' ? fail(hung) : answer;
}

/** Runs one call of the API, its failure as a value. */
export async function call<T>(action: string, run: () => Promise<T>): Promise<Result<T, Failure>> {
  try {
    return ok(await run());
  } catch (error) {
    return fail(engineFailure(action, error));
  }
}
