import { beforeAll, describe, expect, it } from 'vitest';
import { kindOfImage } from '../../src/service-kinds/table.ts';
import { rigForSuite } from '../support/rig.ts';

/**
 * Ready services that are built here, each with shell text for inside its container: what it does as its
 * client, and what it does without the password, which is refused.
 */
interface Work {
  /** Writes something that stays. */
  readonly write: string;
  readonly read: string;
  readonly answer: RegExp;
  readonly stranger?: string;
  readonly refusal?: RegExp;
  /** Said to its console, whose answer is `answer`. */
  readonly console?: string;
}

const PASSWORD = '"$(cat /run/secrets/password)"';
const nats = (more: string): string =>
  `exec 3<>/dev/tcp/127.0.0.1/4222; read -r l <&3
   printf 'CONNECT {${more}"verbose":false}\\r\\nPING\\r\\n' "$(cat /run/secrets/password)" >&3
   read -r l <&3; echo "$l"`;
const http = (port: number, path: string, account: string): string =>
  `exec 3<>/dev/tcp/127.0.0.1/${String(port)}
   printf 'GET ${path} HTTP/1.0\\r\\nAuthorization: Basic %s\\r\\n\\r\\n' "$(printf %s ${account} | base64 -w0)" >&3
   cat <&3`;
/** Signs as Amazon wants it (version 4), and prints what is answered. */
const S3_CLIENT = `
const { createHash, createHmac } = require('node:crypto');
const [key, secret, method, path, body = ''] = process.argv.slice(1);
const hmac = (by, text) => createHmac('sha256', by).update(text).digest();
const sha = (text) => createHash('sha256').update(text).digest('hex');
const date = new Date().toISOString().replace(/[-:]|[.]\\d+/g, '');
const scope = date.slice(0, 8) + '/eu-1/s3/aws4_request';
const headers = { host: '127.0.0.1:9000', 'x-amz-content-sha256': sha(body), 'x-amz-date': date };
const names = Object.keys(headers).join(';');
const lines = Object.entries(headers).map(([name, value]) => name + ':' + value + '\\n').join('');
const asked = sha([method, path, '', lines, names, sha(body)].join('\\n'));
const signing = scope.split('/').reduce((by, part) => hmac(by, part), 'AWS4' + secret);
const signature = hmac(signing, ['AWS4-HMAC-SHA256', date, scope, asked].join('\\n')).toString('hex');
headers.authorization = 'AWS4-HMAC-SHA256 Credential=' + key + '/' + scope +
  ', SignedHeaders=' + names + ', Signature=' + signature;
delete headers.host;
fetch('http://127.0.0.1:9000' + path, { method, headers, ...(body !== '' && { body }) })
  .then((answer) => answer.text()).then(console.log);`;
const s3 = (account: string, ...request: readonly string[]): string =>
  `node -e '${S3_CLIENT.replaceAll("'", `'\\''`)}' ${account} ${request.join(' ')}`;
const OWN = `app ${PASSWORD}`;
const mqtt = (command: string): string => `XDG_CONFIG_HOME=/run/mosquitto/client ${command}`;

const WORK: Readonly<Record<string, Work>> = {
  mariadb: {
    write: `MYSQL_PWD=${PASSWORD} mariadb -h 127.0.0.1 -u app app -e 'create table seen (what text); insert into seen values ("kept")'`,
    read: `MYSQL_PWD=${PASSWORD} mariadb -h 127.0.0.1 -u app app -Ne 'select what from seen'`,
    answer: /^kept$/m,
    stranger: `MYSQL_PWD=no mariadb -h 127.0.0.1 -u app app -e ''; mariadb -h 127.0.0.1 -u root -e ''`,
    refusal: /denied for user 'app'[^]*denied for user 'root'/,
    console: 'select what from seen;',
  },
  nats: {
    write: 'true',
    read: nats('"user":"app","pass":"%s",'),
    answer: /^PONG/,
    stranger: nats(''),
    refusal: /Authorization Violation/,
  },
  mosquitto: {
    write: mqtt('mosquitto_pub -r -q 1 -t a -m kept'),
    read: mqtt('mosquitto_sub -t a -C 1'),
    answer: /^kept$/m,
    stranger: 'mosquitto_sub -t a -C 1',
    refusal: /not authorised/,
  },
  valkey: {
    write: `REDISCLI_AUTH=${PASSWORD} valkey-cli set what kept`,
    read: `REDISCLI_AUTH=${PASSWORD} valkey-cli get what`,
    answer: /^kept$/m,
    stranger: 'valkey-cli get what',
    refusal: /NOAUTH/,
    console: 'get what',
  },
  rabbitmq: {
    write: 'true',
    read: http(15672, '/api/whoami', `"app:$(cat /run/secrets/password)"`),
    answer: /200 OK[^]*"administrator"/,
    stranger: http(15672, '/api/whoami', 'guest:guest'),
    refusal: /401 Unauthorized/,
  },
  memcached: {
    write: 'true',
    read: 'greeting-ready 11211 VERSION "version\\r\\n" && echo yes',
    answer: /yes/,
  },
  maildev: { write: 'true', read: http(1080, '/', 'nobody:'), answer: /^HTTP\/1\.[01] 200/ },
  s3: {
    write: `${s3(OWN, 'PUT', '/made')} && ${s3(OWN, 'PUT', '/made/a/b.txt', 'kept')}`,
    read: s3(OWN, 'GET', '/made/a/b.txt'),
    answer: /^kept$/m,
    stranger: `${s3('app no', 'GET', '/made/a/b.txt')}; ${s3('S3RVER S3RVER', 'GET', '/made')}
      node -e 'for (const path of ["/made/a/b.txt", "/made?list-type=2", "/made/..%2f..%2fetc/passwd"])
        fetch("http://127.0.0.1:9000" + path).then((answer) => answer.text()).then(console.log)'`,
    refusal: /SignatureDoesNotMatch[^]*InvalidAccessKeyId[^]*(?:AccessDenied|InvalidURI)/,
  },
  prometheus: { write: 'true', read: 'http-ready 9090 /api/v1/targets && echo yes', answer: /yes/ },
  caddy: { write: 'true', read: 'http-ready 10080 /status && echo yes', answer: /yes/ },
  haproxy: { write: 'true', read: 'http-ready 10080 /status && echo yes', answer: /yes/ },
};

// The suite builds three of them; `npm run catalogue` all.
const isWhole = process.env['ONESTACK_CATALOGUE'] === 'all';
const names = Object.keys(WORK).slice(0, isWhole ? undefined : 3);
const probed = names.flatMap((name) => kindOfImage(`onestack/${name}`)?.name ?? []);
const services = names.map((name) => `  the-${name}: ${name}\n`).join('');
const stages = names.flatMap((name) => {
  const kind = kindOfImage(`onestack/${name}`)?.name;
  return kind === undefined || name === 'valkey' ? [] : [`      - the-${name}: ${kind}\n`];
});

const rig = rigForSuite({
  files: {
    'dev.yaml': `name: x
services:
${services}probes:
  all:
    request: tcp://the-mariadb:3306
    stages:
${stages.join('')}`,
  },
});

const inside = (name: string, script: string, input = '') =>
  rig().dev(['shell', `the-${name}`, '--', 'bash', '-c', script], { input });

beforeAll(async () => {
  const up = await rig().dev(['up', '--yes', '--detach', '--no-watch'], { timeoutMs: 1_200_000 });
  expect(up.status, up.stderr).toBe(0);
}, 1_200_000);

describe.each(names)('%s', (name) => {
  const work = WORK[name] as Work;

  it('works for who has the password, and for nobody else', async () => {
    const written = await inside(name, work.write);
    expect(written.status, written.stderr).toBe(0);
    expect((await inside(name, work.read)).stdout).toMatch(work.answer);
    if (work.stranger === undefined || work.refusal === undefined) return;
    const refused = await inside(name, work.stranger);
    expect(refused.stdout + refused.stderr).toMatch(work.refusal);
  });

  it('runs its server as nobody of importance, and says no password', async () => {
    const password = (await inside(name, 'cat /run/secrets/password 2>/dev/null || :')).stdout;
    const lines = (await inside(name, 'cat /proc/[0-9]*/cmdline | tr "\\0" " "')).stdout;
    const logs = (await rig().dev(['logs', `the-${name}`])).stdout;
    expect(lines).toContain('tini');
    if (password !== '') expect(lines + logs).not.toContain(password);
    // The one process that tini started, whoever that is by name.
    const owner = 'grep ^Uid /proc/$(cat /proc/1/task/1/children | cut -d" " -f1)/status';
    const ids = (await inside(name, owner)).stdout.match(/\d+/g) ?? [];
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).not.toContain('0');
  });

  it.runIf(work.console !== undefined)('opens its console by itself', async () => {
    const script = kindOfImage(`onestack/${name}`)?.console ?? '';
    const said = await inside(name, script, `${work.console ?? ''}\n`);
    expect(said.stdout, said.stderr).toMatch(work.answer);
  });
});

it('is asked by probes in the protocols of its services', async () => {
  const { status, stdout, stderr } = await rig().dev(['probe', 'all', '--json']);
  expect(status, stderr + stdout).toBe(0);
  for (const kind of probed.filter((one) => one !== 'redis')) expect(stdout).toContain(kind);
}, 600_000);

it('keeps what was written when its containers are made anew', async () => {
  expect((await rig().dev(['down'])).status).toBe(0);
  const again = await rig().dev(['up', '--yes', '--detach', '--no-watch']);
  expect(again.status, again.stderr).toBe(0);
  for (const name of names) {
    expect((await inside(name, WORK[name]?.read ?? '')).stdout, name).toMatch(
      WORK[name]?.answer ?? /never/,
    );
  }
});
