import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

/** What a shell would run, and an option of whoever takes words for options. */
const EVIL = `$(touch owned) \`touch owned\`'";touch owned;`;

/** A text as a Compose file has it: `$` alone would begin a variable. */
const composeText = (text: string): string => JSON.stringify(text.replaceAll('$', '$$$$'));

describe('names of a stranger’s repository', () => {
  const rig = rigForSuite();
  const folder = (): string => join(rig().directory, `-x ${EVIL}`);
  const bin = (): string => join(rig().directory, 'bin');
  const log = (): string => join(rig().directory, 'argv');
  const dev = (...args: readonly string[]) =>
    rig().dev(args, {
      cwd: folder(),
      env: { PATH: `${bin()}:${process.env['PATH'] ?? ''}` },
    });
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder(), path, '..'), { recursive: true });
    writeFileSync(join(folder(), path), text);
  };
  /** Nothing of a name was run, here or in a container. */
  async function expectNothingRun(): Promise<void> {
    const argv = ['find', rig().directory, '-name', 'owned'];
    expect((await runProgram(argv)).stdout).toBe('');
    const changes = await rig().run(['docker', 'diff', `${rig().name}-web-1`]);
    expect(changes.stdout).not.toMatch(/\/owned$/m);
  }

  beforeAll(async () => {
    mkdirSync(bin());
    // Whom the tool starts, and with which words.
    const real = (await runProgram(['sh', '-c', 'command -v docker; command -v git'])).stdout.split(
      '\n',
    );
    for (const [at, name] of ['docker', 'git'].entries()) {
      const shim = `#!/bin/sh\nprintf '%s\\n' "${name} $*" >>'${log()}'\nexec ${real[at] ?? ''} "$@"\n`;
      writeFileSync(join(bin(), name), shim);
      chmodSync(join(bin(), name), 0o755);
    }
    write(
      'dev.yaml',
      `name: ${rig().name}
modules:
  web:
    image: node
    path: ${JSON.stringify(`we b ${EVIL}`)}
    install: false
    run: node server.js
    test: "true"
commands:
  say: { run: 'printf "%s|"', in: web }
services: {}
`,
    );
    write(
      'compose/base.yaml',
      `services:
  "--push":
    build: { context: ${composeText(`./ctx ${EVIL}`)}, dockerfile: ${composeText(`-f ${EVIL}`)} }
    command: [sleep, infinity]
    init: true
    env_file: [${composeText(`./-e ${EVIL}`)}]
    labels: { ${JSON.stringify(`l ${EVIL}`)}: ${composeText(EVIL)} }
  "-V":
    image: onestack/os
    command: [sleep, infinity]
    init: true
    volumes: [{ type: bind, source: ${composeText(`./-d ${EVIL}`)}, target: /data }]
`,
    );
    write(`we b ${EVIL}/server.js`, 'setInterval(() => undefined, 1e6);\n');
    write(`ctx ${EVIL}/-f ${EVIL}`, 'FROM debian:trixie-slim\nCOPY . /ctx\n');
    write(`-e ${EVIL}`, 'A=$(touch owned)\nB="`touch owned`"\n');
    write(`-d ${EVIL}/own`, 'own\n');
    const up = await dev('up', '--yes', '--detach');
    expect(up.status, rig().transcript()).toBe(0);
  }, 120_000);

  // The project lies below the rig's folder, where nobody else looks for its session.
  afterAll(async () => {
    await dev('down', '--volumes', '--no-snapshot');
  });

  it('are text to every shell and no option of any program', async () => {
    await expectNothingRun();
    const started = readFileSync(log(), 'utf8').split('\n');
    expect(started).toContainEqual(expect.stringMatching(/^docker compose .* build -- --push$/));
    expect(started).toContainEqual(expect.stringMatching(/^docker compose .* up .* -- .*-V/));
    // Builds would ask git about their context.
    expect(started.filter((line) => line.startsWith('git '))).toEqual([]);
    const env = await rig().run(['docker', 'exec', `${rig().name}---push-1`, 'env']);
    expect(env.stdout).toContain('A=$(touch owned)\n');
    const read = await rig().run(['docker', 'exec', `${rig().name}--V-1`, 'cat', '/data/own']);
    expect(read.stdout).toBe('own\n');
  });

  it('nor are they in what is asked of a running stack', async () => {
    write(`we b ${EVIL}/-rf ${EVIL}.js`, '1\n');
    expect((await dev('check', 'web')).status).toBe(0);
    const said = await dev('run', 'say', '--', EVIL, '-x');
    expect(said.stdout, rig().transcript()).toContain(`${EVIL}|-x|`);
    const shell = await dev('shell', 'web', '--', 'printf', '%s', EVIL);
    expect(shell.stdout).toBe(EVIL);
    expect((await dev('status')).stdout).toContain('--push');
    expect((await dev('logs', '--tail', '1', '--', '-V')).status).toBe(0);
    expect((await dev('up', '--yes', '--detach', '--recreate', '--', '-V')).status).toBe(0);
    await expectNothingRun();
  });

  it('nor in a repository whose branch and tag are called so', async () => {
    const git = (...args: readonly string[]) =>
      runProgram(['git', '-c', 'user.name=t', '-c', 'user.email=t@l', ...args], { cwd: folder() });
    const name = '-x$(touch${IFS}owned)';
    await git('init', '--quiet');
    await git('commit', '--quiet', '--allow-empty', '-m', EVIL);
    expect((await git('update-ref', `refs/heads/${name}`, 'HEAD')).status).toBe(0);
    expect((await git('symbolic-ref', 'HEAD', `refs/heads/${name}`)).status).toBe(0);
    expect((await git('update-ref', `refs/tags/${name}`, 'HEAD')).status).toBe(0);
    const version = await dev('version');
    expect(version.stdout, rig().transcript()).toMatch(/^0\.1\.0-SNAPSHOT\+[0-9a-f]{7}\n$/);
    await expectNothingRun();
    expect((await dev('down')).status).toBe(0);
    expect((await dev('clean', '--yes', '--volumes')).status).toBe(0);
    expect(existsSync(join(folder(), `-d ${EVIL}/own`))).toBe(true);
    await expectNothingRun();
  });
});
