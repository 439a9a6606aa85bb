import { isLoopbackHost } from './loopback-host.ts';
import type { Login } from './docker-login.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';
import { Secret } from '../../util/secret.ts';

/** How the tool calls itself where it changes an identity token. */
const CLIENT_ID = 'onestack-dev';

interface Challenge {
  readonly scheme: string;
  readonly realm: string;
  readonly service: string;
  /** What may be done with the token: `repository:shop/web:pull,push`, several of them at times. */
  readonly scopes: readonly string[];
}

/** Reads `Bearer realm="…",service="…",scope="…"`. Pure. */
export function challengeOf(header: string): Challenge {
  const field = (name: string): string =>
    new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(header)?.[1] ?? '';
  return {
    scheme: /^\w+/.exec(header)?.[0].toLowerCase() ?? '',
    realm: field('realm'),
    service: field('service'),
    scopes: field('scope')
      .split(' ')
      .filter((scope) => scope !== ''),
  };
}

/** Tokens come behind TLS; on this machine, from this machine's registry, they may do without. */
function mayAsk(realm: string, host: string): boolean {
  if (!URL.canParse(realm)) return false;
  const { protocol, host: from } = new URL(realm);
  return protocol === 'https:' || (isLoopbackHost(from) && isLoopbackHost(host));
}

type Ask = (
  address: string,
  request: Pick<HttpRequest, 'method' | 'headers' | 'body'>,
) => Promise<HttpAnswer>;

/** How the service is asked: by the login, by what stands for it, or as nobody. */
function tokenRequest({ realm, service, scopes }: Challenge, login: Login | undefined) {
  if (login?.kind === 'identity-token') {
    const fields = {
      ...{ grant_type: 'refresh_token', client_id: CLIENT_ID, service },
      ...{ scope: scopes.join(' '), refresh_token: login.secret.reveal() },
    };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(fields).toString();
    return { address: realm, request: { method: 'POST', headers, body } };
  }
  const url = new URL(realm);
  if (service !== '') url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const headers: Record<string, string> =
    login === undefined ? {} : { authorization: login.secret.reveal() };
  return { address: url.href, request: { method: 'GET', headers } };
}

/**
 * What a registry wants to have shown for what it was asked: the login, or a token that it gives for
 * that; undefined where there is neither. Throws as sockets do.
 */
export async function authorizationFor(
  header: string,
  {
    host,
    login,
    ask,
  }: { readonly host: string; readonly login: Login | undefined; readonly ask: Ask },
): Promise<Secret | undefined> {
  const challenge = challengeOf(header);
  if (challenge.scheme === 'basic') return login?.kind === 'header' ? login.secret : undefined;
  if (challenge.scheme !== 'bearer' || !mayAsk(challenge.realm, host)) return undefined;
  const { address, request } = tokenRequest(challenge, login);
  const given = await ask(address, request);
  if (given.status !== 200) return undefined;
  try {
    const { token, access_token: other } = JSON.parse(given.text) as Record<string, unknown>;
    const text = typeof token === 'string' && token !== '' ? token : other;
    return typeof text === 'string' && text !== '' ? new Secret(`Bearer ${text}`) : undefined;
  } catch {
    return undefined;
  }
}
