import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SessionEvent } from '../../src/events/session-event.ts';
import { removeLeftovers } from '../support/engine-leftovers.ts';
import { fakeSession } from '../support/fake-session.ts';
import type { FakeSession } from '../support/fake-session.ts';
import { runService } from '../support/labelled-container.ts';
import { openScreen } from '../support/pty-screen.ts';
import type { Screen } from '../support/pty-screen.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const rig = rigForSuite({
  files: {
    'dev.yaml': [
      'name: x',
      'modules:',
      '  api: { image: node, test: "true" }',
      'windows:',
      '  - { name: one, panes: [{ shell: api }] }',
      '  - { name: checks, panes: [{ checks: api }] }',
      '  - { name: wild, panes: [{ logs: wild }] }',
      '',
    ].join('\n'),
    'api/main.js': '',
    'compose/base.yaml': 'services: { wild: { image: debian:trixie-slim } }\n',
  },
});
const container = (): string => `${rig().name}-api-1`;
const startApi = (): Promise<void> =>
  runService(rig().name, 'api', 'debian:trixie-slim', ['sleep', '1000']);

async function docker(...args: readonly string[]): Promise<string> {
  const ran = await runProgram(['docker', ...args]);
  expect(ran.status, ran.stderr).toBe(0);
  return ran.stdout;
}

const checks = [{ check: 'test' as const, enabled: true, daemon: false }];
const api = { name: 'api', path: 'api', uses: [], run: true, watch: true, checks };
const MODULES: SessionEvent = { kind: 'modules', watch: true, modules: [api], at: 1, save: 0 };
const WATCHING: SessionEvent = { kind: 'watching', mode: 'events', entries: 1, at: 1, save: 0 };

let session: FakeSession;
beforeAll(async () => {
  await startApi();
  session = await fakeSession(rig().directory, rig().name);
  session.emit(WATCHING);
});
afterAll(async () => {
  session.close();
  await removeLeftovers(rig().name);
});

async function open(window: string): Promise<Screen> {
  const screen = await openScreen(
    [process.execPath, `${REPOSITORY}/dist/main.js`, 'dash', window],
    { cwd: rig().directory, columns: 110, rows: 24 },
  );
  onTestFinished(() => screen.close());
  return screen;
}

describe('the dashboard of a project that runs', () => {
  it('names this clone of it, not only the project', async () => {
    const screen = await open('one');
    await screen.until('the status line', new RegExp(`^ ${rig().name} dev +0:overview`, 'm'));
  });

  it('has shells that go on by themselves when their container comes back', async () => {
    const screen = await open('one');
    await screen.until('the shell', /\(dev\) .*\$/);
    screen.send('echo before\r');
    await screen.until('its answer', /^before$/m);
    await docker('restart', '--time', '0', container());
    await screen.until(
      'the next shell',
      /^before$[^]*the container of api ended[^]*back in .*\n.*\$/m,
    );
    screen.send('clear; echo after\r');
    await screen.until('its answer', /^after$/m);
    await docker('rm', '--force', container());
    await screen.until(
      'that it is gone',
      /the container of api ended: this goes on in the next one/,
    );
    await startApi();
    await screen.until('a shell in the new container', /^after$[^]*back in .*\n.*\$/m);
    screen.send('exit 3\r');
    await screen.until(
      'an end that is the shell’s own',
      /ended with status 3 · Enter starts it again/,
    );
    screen.send('\r');
    await screen.until('another one', /Enter starts it again\n.*\$/);
  });

  it('leaves no shells behind in the container', async () => {
    const shells = async (): Promise<number> =>
      (await docker('top', container())).match(/bash$/gm)?.length ?? 0;
    const screen = await open('one');
    await screen.until('the shell', /\$ ?$/m);
    expect(await shells()).toBe(1);
    screen.send('\x02xclear; echo $((40 + 2))\r');
    await screen.until('another one', /^42$/m);
    await expect.poll(shells).toBe(1);
  });

  it('says what an empty pane of checks waits for', async () => {
    const screen = await open('checks');
    await screen.until('the pane', / api checks/);
    session.emit(MODULES);
    await screen.until(
      'what it waits for',
      /no check of api has run yet: save a file of it, or press c to run them/,
    );
  });

  it('shows the log of a container that wants the terminal for itself', async () => {
    const wild =
      "echo first; printf '\\033]52;c;Zm9v\\007\\033]0;mine\\007\\033[?1049h\\033[2J\\033[H\\033[?1003h\\033[6n\\033c'; echo last; exec sleep 1000";
    await runService(rig().name, 'wild', 'debian:trixie-slim', ['sh', '-c', wild]);
    const screen = await open('wild');
    await screen.until('all of it', /^first\nlast$/m);
    expect(screen.output()).not.toContain('\x1b]52');
    expect(screen.output()).not.toContain('mine');
    const logs = await openScreen(
      [process.execPath, `${REPOSITORY}/dist/main.js`, 'logs', 'wild'],
      { cwd: rig().directory },
    );
    expect(await logs.exited).toBe(0);
    expect(logs.text()).toMatch(/│ first\n.*│ last/);
    expect(logs.output()).not.toMatch(/\x1b\]|\x1b\[\?1049h|\x1bc/);
  });
});
