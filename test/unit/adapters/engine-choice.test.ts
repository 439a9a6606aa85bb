import { describe, expect, it } from 'vitest';
import { chooseEngine } from '../../../src/adapters/engine/choose.ts';
import { choiceText } from '../../../src/ports/engine-choice.ts';

const META = '/home/ann/.docker/contexts';

function choose(
  environment: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
) {
  return chooseEngine({
    environment,
    home: '/home/ann',
    read: (path) => files[path],
    list: (folder) => [
      ...new Set(
        Object.keys(files)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ],
    folderOf: (context) => `sha-${context}`,
  });
}

const context = (name: string, docker: object, config?: string): Record<string, string> => ({
  [`${META}/meta/sha-${name}/meta.json`]: JSON.stringify({
    Name: name,
    Endpoints: { docker },
  }),
  ...(config !== undefined && {
    '/home/ann/.docker/config.json': JSON.stringify({ currentContext: config }),
  }),
});
const colima = context('colima', { Host: 'unix:///home/ann/.colima/docker.sock' }, 'colima');

/** The address with why, or the failure. */
function told(...given: Parameters<typeof choose>): string {
  const choice = choose(...given);
  return choice.ok
    ? choiceText(choice.value)
    : [choice.failure.what, choice.failure.why, choice.failure.cure].join(' | ');
}

describe('the engine that is chosen', () => {
  it('is as docker has it: DOCKER_HOST, DOCKER_CONTEXT, the current context, the socket', () => {
    const own = 'unix:///home/ann/.colima/docker.sock (Docker context colima, by ';
    expect(told({})).toBe('unix:///var/run/docker.sock');
    expect(told({}, colima)).toBe(`${own}currentContext in /home/ann/.docker/config.json)`);
    expect(told({ DOCKER_CONTEXT: 'colima' }, colima)).toBe(`${own}DOCKER_CONTEXT)`);
    expect(told({ DOCKER_CONTEXT: 'default' }, colima)).toBe(
      'unix:///var/run/docker.sock (by DOCKER_CONTEXT)',
    );
    const host = { DOCKER_HOST: 'unix:///tmp/x.sock', DOCKER_CONTEXT: 'colima' };
    expect(told(host, colima)).toBe('unix:///tmp/x.sock (by DOCKER_HOST)');
  });

  it('is looked for where DOCKER_CONFIG says', () => {
    const files = { '/etc/d/config.json': '{"currentContext": "gone"}', ...colima };
    expect(told({ DOCKER_CONFIG: '/etc/d' }, files)).toMatch(
      /^there is no Docker context gone \| currentContext in \/etc\/d\/config\.json names it/,
    );
  });

  it('has its port, its certificates, and whether it can see the files here', () => {
    const certificates = { '/c/ca.pem': 'CA', '/c/cert.pem': 'CERT', '/c/key.pem': 'KEY' };
    const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' };
    expect(choose({ DOCKER_HOST: 'tcp://far.example', ...tls }, certificates)).toMatchObject({
      value: {
        at: { kind: 'tcp', host: 'far.example', port: 2376 },
        tls: { ca: 'CA', cert: 'CERT', key: 'KEY', verify: true },
        sharesFiles: false,
      },
    });
    expect(choose({ DOCKER_HOST: '127.0.0.1' })).toMatchObject({
      value: { at: { kind: 'tcp', port: 2375 }, tls: undefined, sharesFiles: true },
    });
    for (const port of [':99', 'tcp://:99', 'tcp://localhost:99/']) {
      expect(choose({ DOCKER_HOST: port })).toMatchObject({
        value: { at: { kind: 'tcp', host: 'localhost', port: 99 }, sharesFiles: true },
      });
    }
    expect(choose({ DOCKER_HOST: 'tcp://[::1]:99' })).toMatchObject({
      value: { at: { kind: 'tcp', host: '::1', port: 99 }, sharesFiles: true },
    });
    expect(choose({ DOCKER_HOST: 'ssh://me@far' })).toMatchObject({
      value: { at: { kind: 'ssh' }, sharesFiles: false },
    });
    const far = {
      ...context('far', { Host: 'tcp://10.1.1.1:1', SkipTLSVerify: true }),
      [`${META}/tls/sha-far/docker/ca.pem`]: 'CA',
    };
    expect(choose({ DOCKER_CONTEXT: 'far' }, far)).toMatchObject({
      value: { at: { port: 1 }, tls: { ca: 'CA', verify: false }, sharesFiles: false },
    });
  });

  it.each([
    [{ DOCKER_CONTEXT: 'colimo' }, colima, /no Docker context colimo .* default, colima .*unset/],
    [{}, context('x', {}, 'x'), /context x is broken \| .*meta\.json names no address.*\| Make it/],
    [
      { DOCKER_CONTEXT: 'x' },
      { [`${META}/meta/sha-x/meta.json`]: '{' },
      /context x is broken \| DOCKER_CONTEXT names it, and .*meta\.json is not JSON \| .*unset/,
    ],
    [
      { DOCKER_CONTEXT: 'x' },
      { [`${META}/meta/sha-x/left`]: '' },
      /context x is broken \| .*sha-x\/meta\.json is not there, or cannot be read \| Make it anew/,
    ],
    [
      { DOCKER_CONTEXT: 'x' },
      {
        ...context('x', { Host: 'tcp://127.0.0.1:1' }),
        [`${META}/tls/sha-x/docker/cert.pem`]: 'CERT',
      },
      /context x is broken \| .*sha-x\/docker\/key\.pem is not there/,
    ],
    [{}, { '/home/ann/.docker/config.json': '{' }, /config\.json is not JSON/],
    [{ DOCKER_HOST: 'ftp://x' }, {}, /^ftp:\/\/x is not the address of an engine \| DOCKER_HOST/],
    [{ DOCKER_HOST: 'tcp://:' }, {}, /is not the address of an engine/],
    [{ DOCKER_HOST: 'npipe:////./pipe/x' }, {}, /^npipe:\S+ is not the address of an engine/],
    [{ DOCKER_HOST: '/run/x.sock' }, {}, /Did you mean unix:\/\/\/run\/x\.sock\?/],
  ])('that makes no sense is told with what helps: %j', (environment, files, text) => {
    expect(told(environment, files)).toMatch(text);
  });
});
