import { createSign, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { Authority } from './test-authority.ts';

/** What gives tokens for a login, as registries of companies have it. */
export interface Tokens {
  readonly realm: string;
  /** Scopes that were asked for, and who asked: `ann`, or nobody. */
  readonly asked: { readonly user: string | undefined; readonly scopes: readonly string[] }[];
  /** Seconds that a token lasts; a test may set it. */
  lifetime: number;
  stop(): Promise<void>;
}

interface Login {
  readonly user: string;
  readonly password: string;
}

/** `repository:shop/web:pull,push`. */
function accessOf(scope: string) {
  const [, type, name, actions = ''] = /^(\w+):(.+):([\w,*]+)$/.exec(scope) ?? [];
  return { type, name, actions: actions.split(',') };
}

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenFor(
  scopes: readonly string[],
  lifetime: number,
  { certificate, key }: Authority,
): string {
  const now = Math.floor(Date.now() / 1000);
  const header = {
    ...{ typ: 'JWT', alg: 'ES256' },
    x5c: [new X509Certificate(certificate).raw.toString('base64')],
  };
  const claims = {
    ...{ iss: 'test', sub: 'ann', aud: 'test', jti: String(Math.random()) },
    ...{ iat: now, nbf: now - 60, exp: now + lifetime, access: scopes.map(accessOf) },
  };
  const signed = `${encoded(header)}.${encoded(claims)}`;
  const signature = createSign('sha256')
    .update(signed)
    .sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url');
  return `${signed}.${signature}`;
}

/** Serves tokens on loopback, behind TLS. */
export async function startTokens(
  authority: Authority,
  { user, password }: Login,
): Promise<Tokens> {
  const asked: { user: string | undefined; scopes: readonly string[] }[] = [];
  const right = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer({ key: authority.key, cert: authority.certificate }, (from, to) => {
    const url = new URL(from.url ?? '', 'https://localhost');
    const scopes = url.searchParams.getAll('scope').flatMap((one) => one.split(' '));
    const isRight = from.headers.authorization === right;
    asked.push({ user: isRight ? user : undefined, scopes });
    // Nobody may do anything without the login.
    if (!isRight) return void to.writeHead(401).end('{"details":"incorrect username or password"}');
    to.writeHead(200, { 'content-type': 'application/json' });
    to.end(JSON.stringify({ token: tokenFor(scopes, tokens.lifetime, authority) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const tokens: Tokens = {
    ...{ realm: `https://127.0.0.1:${port}/token`, asked, lifetime: 300 },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return tokens;
}
