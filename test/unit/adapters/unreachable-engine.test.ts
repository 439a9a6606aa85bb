import { request } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dockerEngine } from '../../../src/adapters/engine/engine.ts';
import { hostEngineChoice } from '../../../src/adapters/engine/host-choice.ts';
import { StdioSocket } from '../../../src/adapters/engine/stdio-socket.ts';

/** What asking the engine comes to with this DOCKER_HOST. */
async function asked(address: string) {
  vi.stubEnv('DOCKER_HOST', address);
  onTestFinished(() => void vi.unstubAllEnvs());
  return dockerEngine(hostEngineChoice({ DOCKER_HOST: address }, '/nowhere')).version();
}

describe('an address behind which there is no engine', () => {
  it.each([
    ['unix:///etc/passwd/x.sock', 'ENOTDIR'],
    ['unix:///etc/passwd', 'ECONNREFUSED'],
    ['unix:///nowhere/x.sock', 'ENOENT'],
    [`unix:///tmp/${'x'.repeat(300)}`, 'E(?:NOENT|INVAL)'],
    ['tcp://127.0.0.1:1/', 'ECONNREFUSED'],
    [':1', 'ECONNREFUSED'],
  ])('is told with who chose it, and is no crash: %s', async (address, code) => {
    const answer = await asked(address);
    expect(answer).toMatchObject({
      ok: false,
      failure: { reason: 'no-engine', what: 'no Docker engine answers' },
    });
    expect(answer.ok ? '' : answer.failure.cure).toContain('unset DOCKER_HOST');
    expect(answer.ok ? '' : answer.failure.why).toMatch(
      new RegExp(`^DOCKER_HOST points to .*: .*${code}`),
    );
  });

  it.each(['tcp://a b', 'ssh://a b', 'x://:y', 'http://[', '://', 'unix'])(
    'is told where it is none at all: %s',
    async (address) => {
      expect(await asked(address)).toMatchObject({ ok: false, failure: { reason: 'no-engine' } });
    },
  );
});

/** What a request through a program that runs this script fails with. */
function failureOf(script: string): Promise<Error> {
  return new Promise((resolve) => {
    const socket = new StdioSocket(['sh', '-c', script]);
    // An HTTP request needs of a connection what this has.
    const createConnection = () => socket as never;
    request({ host: 'engine', createConnection }).on('error', resolve).end();
  });
}

describe('a connection through a program', () => {
  it('says what ssh said, without the sentence around it', async () => {
    const said =
      'error while Copy: command [ssh -T far docker system dial-stdio] has exited with exit status 255, make sure the URL is valid: stderr=ssh: Could not resolve hostname far';
    const error = await failureOf(`echo '${said}' >&2; exit 1`);
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'ssh: Could not resolve hostname far',
    });
  });

  it('is refused where its program is not there', async () => {
    const socket = new StdioSocket(['/nowhere/docker']);
    const error = await new Promise((resolve) => socket.on('error', resolve));
    expect(error).toMatchObject({ code: 'ENOENT' });
  });

  it('ends where its program ends well', async () => {
    expect((await failureOf('exit 0')).message).toContain('hang up');
  });
});
