import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { localSockets } from '../../src/adapters/local-sockets.ts';
import { MESSAGE } from '../../src/dash/wire.ts';
import { encodeFrame } from '../../src/util/frames.ts';
import { BASH, dashBench, dashboardPlace, window } from '../support/dash-bench.ts';
import { fakeSession } from '../support/fake-session.ts';
import { findProcesses } from '../support/find-process.ts';
import { waitFor } from '../support/wait-for.ts';

describe('the dashboard', () => {
  it('shows state and problems, and sends what is asked of the session', async () => {
    const { open, session } = await dashBench([window('one', 'columns', BASH)]);
    const at = Date.now();
    const checks = [{ check: 'compile' as const, enabled: true, daemon: false }];
    const api = { name: 'api', path: 'api', uses: [], run: true, watch: true, checks };
    session.emit({ kind: 'modules', watch: true, modules: [api], at, save: 0 });
    const service = { service: 'api', state: 'running' as const, health: 'healthy' as const };
    session.emit({ kind: 'service-state', ...service, since: at - 65_000, at, save: 0 });
    const screen = await open(['overview']);
    await screen.until('the row', /● api +healthy +1m/);
    session.emit({
      kind: 'check-finished',
      module: 'api',
      check: 'compile',
      run: 1,
      save: 3,
      outcome: 'failed',
      at,
      durationMs: 1234,
      diagnostics: [
        {
          file: 'api/main.ts',
          line: 3,
          column: 5,
          severity: 'error',
          message: 'wrong',
          source: 'tsc',
        },
      ],
      diagnosticsOmitted: 0,
      tail: [],
    });
    await screen.until('its check', /✗ 1\.2s \d+s ago #3/);
    screen.send('c');
    await waitFor('the intent', () => session.intents.some(({ kind }) => kind === 'run-check'));
    screen.send('2');
    await screen.until('the problem', /api compile +api\/main\.ts:3:5 +wrong/);
    screen.send(':reset data of api\r');
    await screen.until('the question', /Remove all data of api/);
    screen.send('y');
    await waitFor('the intent', () => session.intents.some(({ kind }) => kind === 'reset-data'));
  });

  it('opens the editor at the problem’s line, and goes back when it ends', async () => {
    const { open, session, rig } = await dashBench([window('one', 'columns', BASH)]);
    rig.write('main.ts', Array.from({ length: 80 }, (_, at) => `row ${at + 1}`).join('\n'));
    const failures = [
      { reason: 'definition' as const, what: 'odd', at: { file: 'main.ts', line: 60, column: 1 } },
    ];
    session.emit({ kind: 'problem', key: 'definition', level: 'error', failures, at: 1, save: 0 });
    const screen = await open(['problems'], { env: { EDITOR: 'less', VISUAL: undefined } });
    await screen.until('the problem', /main\.ts:60:1 +odd/);
    screen.send('e');
    await screen.until('the editor at the line', /^row 60$/m);
    screen.send('q');
    await screen.until('the problems again', /main\.ts:60:1 +odd/);
  });

  it('opens files of any name in the person’s own editor, whatever a client names', async () => {
    const { open, session, rig } = await dashBench([window('one', 'columns', BASH)]);
    // As code in a module would have it: its checks say which files have problems.
    const file = '-c!touch owned\n+q $(touch owned);touch owned.ts';
    rig.write(file, 'row\n');
    rig.write('edit', `#!/bin/sh\nfor word; do printf '<%s>' "$word"; done >edited\nsleep 60\n`);
    chmodSync(rig.path('edit'), 0o755);
    const failures = [
      { reason: 'definition' as const, what: 'odd', at: { file, line: 1, column: 1 } },
    ];
    session.emit({ kind: 'problem', key: 'definition', level: 'error', failures, at: 1, save: 0 });
    const env = { EDITOR: `${rig.path('edit')} --wait`, VISUAL: undefined };
    const screen = await open(['problems'], { env });
    await screen.until('the problem', /:1:1 +odd/);
    const { socket, key } = dashboardPlace(rig);
    await waitFor('the host of the panes', () => Promise.resolve(existsSync(socket)));

    // Somebody who has even the key, with programs of his own; and the key pressed.
    const environment = { TERM: 'xterm-256color', EDITOR: 'touch owned', VISUAL: 'touch owned' };
    const hello = { columns: 120, rows: 40, window: 'problems', environment };
    const client = connect(socket);
    let drawn = '';
    client.on('data', (bytes: Buffer) => {
      drawn += bytes.toString('utf8');
    });
    client.write(
      Buffer.concat([readFileSync(key), encodeFrame(MESSAGE.hello, JSON.stringify(hello))]),
    );
    await waitFor('its screen', () => Promise.resolve(drawn.includes('odd')));
    client.write(encodeFrame(MESSAGE.input, 'e'));
    const edited = (): string => (existsSync(rig.path('edited')) ? rig.read('edited') : '');
    await waitFor('the editor', () => Promise.resolve(edited().endsWith('.ts>')));
    expect(edited()).toBe(`<--wait><+1><${rig.path(file)}>`);
    expect(existsSync(rig.path('owned'))).toBe(false);
    client.destroy();
  });

  it('hears nobody without the key', async () => {
    const { open, session, rig } = await dashBench([window('one', 'columns', BASH)]);
    const failures = [
      { reason: 'definition' as const, what: 'odd', at: { file: 'main.ts', line: 60, column: 1 } },
    ];
    session.emit({ kind: 'problem', key: 'definition', level: 'error', failures, at: 1, save: 0 });
    const screen = await open(['problems']);
    await screen.until('the problem', /main\.ts:60:1 +odd/);

    const environment = { TERM: 'xterm-256color' };
    const hello = { columns: 120, rows: 40, window: 'problems', environment };
    const greeting = encodeFrame(MESSAGE.hello, JSON.stringify(hello));
    const { socket, key } = dashboardPlace(rig);
    // What is shown first, the client draws by itself.
    await waitFor('the host of the panes', () => Promise.resolve(existsSync(socket)));
    const stranger = connect(socket);
    const heard: Buffer[] = [];
    stranger.on('data', (bytes: Buffer) => heard.push(bytes)).on('error', () => undefined);
    stranger.write(greeting);
    await new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    expect(heard).toEqual([]);

    const client = connect(socket);
    let drawn = '';
    client.on('data', (bytes: Buffer) => {
      drawn += bytes.toString('utf8');
    });
    client.write(Buffer.concat([readFileSync(key), greeting]));
    await waitFor('its screen', () => Promise.resolve(drawn.includes('odd')));
    client.destroy();
  });
});

describe('what the dashboard leans on', () => {
  it('comes back by itself when the host of the panes is killed, and says so', async () => {
    const { open, rig } = await dashBench([window('one', 'columns', BASH)]);
    const screen = await open();
    await screen.until('the shell', /^pane>/m);
    screen.send('echo before\r');
    await screen.until('its answer', /^before/m);
    const [host = 0] = findProcesses(rig.directory, '--serve');
    process.kill(host, 'SIGKILL');
    await screen.until('what happened', /was killed: their programs were started again/);
    screen.send('clear; echo $((40 + 2))\r');
    await screen.until('the new shell', (now) => now.rows()[1]?.startsWith('42') === true);
    screen.send('\x02d');
    expect(await screen.exited).toBe(0);
  });

  it('ends with a plain message when the host says what cannot be understood', async () => {
    const { rig, open } = await dashBench([window('one', 'columns', BASH)]);
    const host = await localSockets.listen(dashboardPlace(rig), (connection) => {
      connection.onData(() => void connection.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    onTestFinished(() => (host.ok ? host.value?.close() : undefined));
    const screen = await open();
    expect(await screen.exited).toBe(1);
    expect(screen.text()).toMatch(/cannot be understood[^]*fix: dev down, then dev up/);
  });

  it('says when the session is gone, and when it is back', async () => {
    const { open, session, rig } = await dashBench([window('one', 'columns', BASH)]);
    const screen = await open();
    await screen.until('the shell', /^pane>[^]*watching/m);
    session.vanish();
    await screen.until('that it is gone', /no session: dev up starts it again/);
    screen.send('echo $((40 + 2))\r');
    await screen.until('the shell all the same', /^42/m);
    const next = await fakeSession(rig.directory, rig.name);
    onTestFinished(() => next.close());
    await screen.until('that it is back', /watching · C-b \? help/);
  });

  it('says when the environment is stopped', async () => {
    const { open, session } = await dashBench([window('one', 'columns', BASH)]);
    const screen = await open();
    await screen.until('the shell', /^pane>/m);
    session.close();
    expect(await screen.exited).toBe(0);
    expect(screen.text()).toContain('the environment was stopped');
  });
});
