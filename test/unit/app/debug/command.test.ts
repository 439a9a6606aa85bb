import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { debugCommand, debuggerOf, pythonOf } from '../../../../src/app/debug/command.ts';

const NOW = { port: 7000, wait: false };
const WAITING = { port: 7000, wait: true };

describe('debuggerOf', () => {
  it.each([
    ['node --enable-source-maps dist/main.js', 'node'],
    ['cd app && NODE_ENV="a b" exec /usr/bin/node main.js', 'node'],
    ['npm start', 'node'],
    ['.venv/bin/python3.13 main.py', 'python'],
    ['go run .', 'go'],
    ['java -jar app.jar', 'java'],
    ['dist/pricing', undefined],
    ['nodes', undefined],
    ['', undefined],
  ])('%s: %s', (run, kind) => {
    expect(debuggerOf(run)).toBe(kind);
  });
});

describe('debugCommand', () => {
  it.each([
    ['node main.js', 'node --inspect=127.0.0.1:7000 main.js'],
    [
      'npm run migrate && A=1 exec node --enable-source-maps dist/main.js --port 1',
      'npm run migrate && A=1 exec node --inspect=127.0.0.1:7000 --enable-source-maps dist/main.js --port 1',
    ],
  ])('Node: %s', (run, expected) => {
    expect(debugCommand('node', run, NOW)).toBe(expected);
    expect(debugCommand('node', run, WAITING)).toBe(expected.replace('--inspect', '--inspect-brk'));
  });

  it('Node by a package manager: the inspector is in the program, not in the manager', () => {
    const folder = mkdtempSync(join(tmpdir(), 'onestack-debug-'));
    const say = 'console.log(require("node:inspector").url() ?? "none")';
    // A manager that starts a program, as npm does, and says after it what it has itself.
    const start =
      'require("node:child_process").execFileSync("node", ["main.js"], {stdio: "inherit"});';
    writeFileSync(join(folder, 'main.js'), say);
    writeFileSync(join(folder, 'npm-cli.js'), start + say);
    writeFileSync(join(folder, 'npm'), '#!/bin/sh\nexec node ./npm-cli.js\n', { mode: 0o755 });
    const command = debugCommand('node', './npm start', { ...NOW, port: 7913 });
    const said = execFileSync('sh', ['-c', command], {
      ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    });
    expect(said).toMatch(/^ws:\/\/127\.0\.0\.1:7913\/\S+\nnone\n$/);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['python3 main.py', 'python3 DEBUG main.py'],
    ['.venv/bin/python -u -X dev -m shop --x', '.venv/bin/python -u -X dev DEBUG -m shop --x'],
    ['.venv/bin/uvicorn shop:app --reload', '.venv/bin/python DEBUG -m uvicorn shop:app --reload'],
    ['A=1 gunicorn shop', 'A=1 python3 DEBUG -m gunicorn shop'],
  ])('Python: %s', (run, expected) => {
    const debug = '-Xfrozen_modules=off -m debugpy --listen 127.0.0.1:7000';
    const [adapters, now] = debugCommand('python', run, NOW).split('\n');
    expect(adapters).toContain('/debugpy/[a]dapter$');
    expect(now).toBe(expected.replace('DEBUG', debug));
    const waiting = expected.replace('DEBUG', `${debug} --wait-for-client`);
    expect(debugCommand('python', run, WAITING)).toBe(`${adapters}\n${waiting}`);
    expect(expected).toContain(pythonOf(run));
  });

  const dlv =
    '--headless --api-version=2 --accept-multiclient --check-go-version=false --listen=127.0.0.1:7000';

  it.each([
    ['dist/pricing', undefined, `dlv exec dist/pricing ${dlv}`],
    ['A=1 dist/pricing -v x', undefined, `A=1 dlv exec dist/pricing ${dlv} -- -v x`],
    ['pricing', 'make', `dlv exec "$(command -v pricing)" ${dlv}`],
    ['go run ./cmd -v', undefined, `dlv debug ./cmd ${dlv} -- -v`],
    [
      'dist/pricing -v',
      'go generate && go build -o dist/pricing .',
      'go generate && go build -gcflags=\'./...=-N -l\' -o "${TMPDIR:-/tmp}/onestack-debug-program" . || exit\n' +
        `dlv exec "\${TMPDIR:-/tmp}/onestack-debug-program" ${dlv} -- -v`,
    ],
  ])('Go: %s, compiled by %s', (run, compile, expected) => {
    expect(debugCommand('go', run, { ...WAITING, compile })).toBe(expected);
    const goesOn = expected.replace(dlv, `${dlv} --continue`);
    expect(debugCommand('go', run, { ...NOW, compile })).toBe(goesOn);
  });

  it.each([
    ['java -jar a.jar', 'java AGENT -jar a.jar'],
    ['bin/app x', 'export JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS-} AGENT"\nbin/app x'],
  ])('Java: %s', (run, expected) => {
    const agent = '-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:7000';
    expect(debugCommand('java', run, NOW)).toBe(expected.replace('AGENT', agent));
    const waits = agent.replace('suspend=n', 'suspend=y');
    expect(debugCommand('java', run, WAITING)).toBe(expected.replace('AGENT', waits));
  });
});
