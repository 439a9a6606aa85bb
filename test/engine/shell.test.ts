import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { removeLeftovers } from '../support/engine-leftovers.ts';
import { runService } from '../support/labelled-container.ts';
import { openScreen } from '../support/pty-screen.ts';
import { claimPlaces } from '../support/places.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';
import { waitFor } from '../support/wait-for.ts';

const DEV = [process.execPath, `${REPOSITORY}/dist/main.js`];
const rig = rigForSuite({
  files: {
    'dev.yaml': [
      'name: x',
      'modules:',
      '  api: { image: node, run: sleep 1000 }',
      '  common: { image: node }',
      '',
    ].join('\n'),
    'api/src/main.js': '',
    'common/a.js': '',
  },
});
const instance = (): string => rig().name;

beforeAll(async () => {
  // What the folder is called without a `dev up`.
  await claimPlaces(rig().directory, instance());
  for (const service of ['api', 'db']) {
    await runService(instance(), service, 'debian:trixie-slim', ['sleep', '1000']);
  }
});
afterAll(async () => {
  await removeLeftovers(instance());
});

describe('dev shell in scripts', () => {
  it('runs a command as the container’s user in its folder, and passes the exit status on', async () => {
    const ran = await rig().dev(['shell', 'api', '--', 'sh', '-c', 'id -u; pwd; exit 7']);
    expect(ran.stdout).toBe('1234\n/opt\n');
    expect(ran.status).toBe(7);
  });

  it('keeps stdout and stderr apart, and every byte of both', async () => {
    const ran = await rig().dev(['shell', 'api', '--', 'sh', '-c', 'echo out; echo err >&2']);
    expect(ran.stdout).toBe('out\n');
    expect(ran.stderr).toBe('err\n');
    const long = await rig().dev(['shell', 'api', '--', 'seq', '200000']);
    expect(long.stdout.split('\n')).toHaveLength(200_001);
  });

  it('takes stdin, to its end', async () => {
    const input = 'a\n漢字\n'.repeat(10_000);
    const ran = await rig().dev(['shell', 'api', '--', 'cat'], { input });
    expect(ran.stdout).toBe(input);
    const script = await rig().dev(['shell', 'db'], { input: 'echo $((6 * 7)); exit 3\n' });
    expect(script.stdout).toBe('42\n');
    expect(script.status).toBe(3);
  });

  it('passes signals on, and the status that they lead to', async () => {
    const script = 'trap "echo caught; exit 9" TERM; echo ready; while :; do sleep 0.05; done';
    const running = rig().startDev(['shell', 'api', '--', 'sh', '-c', script]);
    await waitFor('the trap', () => running.stdout().includes('ready'));
    running.kill('SIGTERM');
    const ended = await running.finished;
    expect(ended.stdout).toContain('caught');
    expect(ended.status).toBe(9);
  });

  it('goes into the module whose folder one is in', async () => {
    const cwd = rig().path('api/src');
    expect((await rig().dev(['shell', '--', 'hostname'], { cwd })).status).toBe(0);
  });

  it('without a service, a folder or a terminal says which services there are', async () => {
    const ran = await rig().dev(['shell', '--', 'true']);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain('running are api, db');
  });

  it('says what is wrong with a service that cannot be entered', async () => {
    expect((await rig().dev(['shell', 'aip', '--', 'true'])).stderr).toContain(
      'Did you mean "api"',
    );
    expect((await rig().dev(['shell', 'common', '--', 'true'])).stderr).toContain('is a library');
  });

  it('says how to look into a container that has no shell', async () => {
    // Only one program and the libraries that it needs: as images from scratch are.
    const image = `${instance()}-bare`.toLowerCase();
    const pack = 'tar -ch /usr/bin/sleep $(ldd /usr/bin/sleep | grep -o "/[^ ]*")';
    const made = await runProgram([
      'sh',
      '-c',
      `docker run --rm debian:trixie-slim sh -c '${pack}' | docker import - ${image}`,
    ]);
    expect(made.status, made.stderr).toBe(0);
    onTestFinished(async () => {
      await runProgram(['docker', 'rm', '--force', `${instance()}-bare-1`]);
      await runProgram(['docker', 'rmi', '--force', image]);
    });
    await runService(instance(), 'bare', image, ['/usr/bin/sleep', '1000']);
    const ran = await rig().dev(['shell', 'bare'], { input: '' });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/bare has no shell[^]*dev tools --target bare/);
  });

  it('gives 127 for a command that is not there', async () => {
    const ran = await rig().dev(['shell', 'api', '--', 'no-such-program']);
    expect(ran.status).toBe(127);
    expect(ran.stderr).toContain('no-such-program');
  });
});

describe('dev shell on a terminal', () => {
  const open = (args: readonly string[], size = { columns: 90, rows: 20 }) =>
    openScreen([...DEV, 'shell', ...args], { cwd: rig().directory, ...size });

  it('is the best shell, named in its prompt, with our terminal’s size and kind', async () => {
    const screen = await open(['api']);
    await screen.until('the prompt', new RegExp(`^${rig().name}/api \\(dev\\) .*\\$ ?$`, 'm'));
    screen.send('echo $BASH_VERSION $TERM; stty size; id -u\r');
    await screen.until('the answers', /^5\..* xterm-256color\n20 90\n1234$/m);
    screen.resize(70, 15);
    screen.send('clear; while [ "$(stty size)" != "15 70" ]; do sleep 0.05; done; echo fits\r');
    await screen.until('the new size', /^fits$/m);
    screen.send('exit 5\r');
    expect(await screen.exited).toBe(5);
  });

  it('passes Ctrl-C to the program, not to itself', async () => {
    const screen = await open(['api']);
    await screen.until('the prompt', /\(dev\) /);
    // Said by the program itself: before that the key could reach the shell alone.
    screen.send('sh -c "echo sleeps; exec sleep 100"\r');
    await screen.until('the program', /^sleeps$/m);
    screen.send('\x03');
    await screen.until('the prompt again', /\^C\n.*\(dev\) /);
    screen.send('exit\r');
    expect(await screen.exited).toBe(130);
  });

  it('asks which service when it cannot tell', async () => {
    const screen = await open([]);
    await screen.until('the choice', /A shell in which service\?[^]*api[^]*db/);
    screen.send('\x1b[B\r');
    await screen.until('the prompt of db', /\/db \(dev\) /);
    screen.send('exit\r');
    expect(await screen.exited).toBe(0);
  });

  it('gives the terminal back after SIGKILL', async () => {
    const screen = await openScreen(['bash', '--norc'], {
      cwd: rig().directory,
      env: { PS1: 'outer$ ' },
    });
    await screen.until('the outer shell', /outer\$ /);
    // Not typed as it is printed: a long line may be broken anywhere.
    screen.send(`stty -a > before; ${DEV.join(' ')} shell api; stty -a > after; echo o''ver\r`);
    await screen.until('the inner shell', /\(dev\) /);
    // The outer shell has one child now: the tool. A bare machine has no pgrep.
    const shell = String(screen.pid);
    const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8');
    process.kill(Number(children.trim()), 'SIGKILL');
    await screen.until('the outer shell again', /^over$/m);
    expect(rig().read('after')).toBe(rig().read('before'));
    screen.close();
  });
});
