import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { rigForTest } from '../support/rig.ts';

interface Answer {
  readonly name: string;
  readonly written: boolean;
  readonly equal?: { readonly judge: string; readonly added: readonly string[] };
}

describe('dev init', () => {
  it('makes a project of a Compose repository: Compose finds the same document, and its data', async () => {
    const port = await freePort();
    const rig = rigForTest({
      files: {
        'docker-compose.yml': `
services:
  web:
    build: { context: ./web, args: { WORD: '\${WORD:-one}' } }
    ports: ['\${WEB_PORT}:8000']
    environment: { HOME_IS: $$HOME }
    depends_on: [store]
  store:
    image: debian:trixie-slim
    command: [sleep, infinity]
    init: true
    volumes: ['data:/data']
  extra: { image: debian:trixie-slim, profiles: [extra] }
volumes: { data: {} }
`,
        'docker-compose.override.yml': 'services: { web: { environment: { MORE: yes please } } }\n',
        'web/Dockerfile':
          'FROM debian:trixie-slim\nWORKDIR /app\nENV WHO=image WORD=$WORD\nCOPY say .\nCMD ["sh", "-c", "echo $WHO: $(cat say); exec sleep infinity"]\n',
        'web/package.json': '{"name":"web"}',
        'web/say': 'hello\n',
        '.env.example': `WEB_PORT=${String(port)}\n`,
        'dist/x': '',
      },
    });
    const name = rig.name;
    const env = { COMPOSE_PROJECT_NAME: name };
    const before = await rig.run(['docker', 'compose', '--env-file', '.env.example', 'config'], {
      env,
    });
    const shown = await rig.dev(['init', '--dry-run', '--json'], { env });
    expect(JSON.parse(shown.stdout)).toMatchObject({ name, written: false });
    const mute = await rig.dev(['init'], { env });
    expect([mute.status, mute.stderr]).toEqual([2, expect.stringContaining('nobody to ask')]);
    const init = await rig.dev(['init', '--yes', '--json'], { env });
    expect(init.status, init.stderr).toBe(0);
    const { equal } = JSON.parse(init.stdout) as Answer;
    expect(equal).toEqual({ judge: 'docker compose config', added: [] });
    // Colleagues go on as before.
    const after = await rig.run(['docker', 'compose', 'config'], { env });
    expect(after.stdout).toBe(before.stdout);
    const names = `https://${name}\\.localhost(:\\d+)? https://web\\.${name}\\.localhost`;
    const wanted = new RegExp(`^addresses by name: ${names}`, 'm');
    expect((await rig.dev(['up', '--dry-run'])).stdout).toMatch(wanted);
    // Without the variable: dev.yaml has the name now.
    const up = await rig.dev(['up', '--yes', '--detach']);
    expect(up.status, up.stderr).toBe(0);
    expect(up.stdout).toContain(`https://web.${name}.localhost`);
    expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');
    expect((await rig.dev(['logs', 'web'])).stdout).toContain('image: hello');
    const volumes = await rig.run([
      'docker',
      'volume',
      'ls',
      '--quiet',
      '--filter',
      `name=${name}`,
    ]);
    expect(volumes.stdout).toContain(`${name}_data`);
    const move = await rig.dev(['init', 'move', 'web', '--yes']);
    expect(move.status, move.stderr).toBe(0);
    expect(move.stderr).toContain('WORKDIR /app (web/Dockerfile:2)');
    const moved = await rig.dev(['up', '--yes', '--detach']);
    expect(moved.status, moved.stderr).toBe(0);
    rig.write('web/say', 'goodbye\n');
    const logs = async (): Promise<string> => (await rig.dev(['logs', 'web'])).stdout;
    await expect.poll(logs, { timeout: 60_000 }).toContain('image: goodbye');
    const judged = await rig.run(['docker', 'compose', 'config'], { env });
    expect(judged.stdout).toBe(before.stdout);
    const again = await rig.dev(['init', '--yes']);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('dev init move')]);
    expect((await rig.dev(['down', '--volumes'])).status).toBe(0);
  });

  it('makes the .env that services take their variables from, before Compose has one', async () => {
    const rig = rigForTest({
      files: {
        'compose.yaml':
          'services:\n  web: { image: "x:${TAG}", env_file: [other.env, { path: .env, required: true }] }\n  job: { image: y, env_file: [.env, jobs/.env] }\n',
        'jobs/.env.sample': 'JOBS=2\n',
        'other.env': 'OTHER=1\n',
        '.env.example': 'TAG=3\n',
      },
    });
    const init = await rig.dev(['init', '--yes', '--json']);
    expect(init.status, init.stderr).toBe(0);
    const { equal } = JSON.parse(init.stdout) as Answer;
    expect(equal).toEqual({ judge: 'docker compose config', added: [] });
    expect(rig.read('.env')).toBe('TAG=3\n');
    expect(rig.read('jobs/.env')).toBe('JOBS=2\n');
    const theirs = await rig.run(['docker', 'compose', 'config']);
    expect(theirs.stdout).toMatch(/OTHER: "1"[^]*image: x:3|image: x:3[^]*OTHER: "1"/);
  });

  it('makes watched modules of code alone', async () => {
    const port = await freePort();
    const rig = rigForTest({
      files: {
        'package.json': JSON.stringify({ name: 'w', private: true, workspaces: ['packages/*'] }),
        'packages/lib/package.json': '{"name":"lib","version":"1.0.0","main":"index.js"}',
        'packages/lib/index.js': "module.exports = 'one';\n",
        'packages/api/package.json': JSON.stringify({
          ...{ name: 'api', version: '1.0.0', dependencies: { lib: '1.0.0' } },
          scripts: { start: 'node server.js', test: 'node -e "require(\'lib\')"' },
        }),
        'packages/api/server.js': `
const port = process.env.PORT || ${String(port)};
require('node:http').createServer((_, answer) => answer.end('ok')).listen(port, () => {
  console.log('says ' + require('lib'));
});
`,
        'package-lock.json': JSON.stringify({
          ...{ name: 'w', lockfileVersion: 3, requires: true },
          packages: {
            '': { name: 'w', workspaces: ['packages/*'] },
            'node_modules/api': { resolved: 'packages/api', link: true },
            'node_modules/lib': { resolved: 'packages/lib', link: true },
            'packages/api': { version: '1.0.0', dependencies: { lib: '1.0.0' } },
            'packages/lib': { version: '1.0.0' },
          },
        }),
      },
    });
    const init = await rig.dev(['init', '--yes', '--name', rig.name, '--no-router']);
    expect(init.status, init.stderr).toBe(0);
    const up = await rig.dev(['up', '--yes', '--detach']);
    expect(up.status, up.stderr).toBe(0);
    expect(up.stdout).toContain(`localhost:${String(port)}`);
    const logs = async (): Promise<string> => (await rig.dev(['logs', 'api'])).stdout;
    await expect.poll(logs, { timeout: 20_000 }).toMatch(/says one/);
    rig.write('packages/lib/index.js', "module.exports = 'two';\n");
    await expect.poll(logs, { timeout: 60_000 }).toMatch(/says two/);
    const check = await rig.dev(['check', 'api']);
    expect(check.status, check.stderr).toBe(0);
    const clean = await rig.dev(['clean', '--volumes', '--yes']);
    expect(clean.status, clean.stderr).toBe(0);
    const filter = `label=com.docker.compose.project=${rig.name}`;
    const left = await rig.run(['docker', 'ps', '-aq', '--filter', filter]);
    expect(left.stdout).toBe('');
  });

  it('keeps the launcher readable for a shell where git writes the line ends of Windows', async () => {
    const rig = rigForTest({
      files: { 'docker-compose.yml': 'services: { a: { image: onestack/os, command: "true" } }\n' },
    });
    expect((await rig.dev(['init', '--yes'])).status, rig.transcript()).toBe(0);
    await rig.run(['git', 'init', '--quiet']);
    await rig.run(['git', 'add', '--all']);
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    await rig.run(['git', ...author, 'commit', '--quiet', '--message=first']);
    const cloned = await rig.run([
      ...['git', 'clone', '--quiet', '--config', 'core.autocrlf=true', '.', 'windows'],
    ]);
    expect(cloned.status, cloned.stderr).toBe(0);
    expect(rig.read('windows/docker-compose.yml')).toContain('\r\n');
    expect(rig.read('windows/dev')).not.toContain('\r');
    // Definitions mean the same with either.
    const clone = rig.path('windows');
    const own = await rig.dev(['config', '--json']);
    const windows = await rig.dev(['config', '--json', '--project', clone]);
    expect(windows.status, windows.stderr).toBe(0);
    const said = (text: string) => text.match(/"(?:image|command)".*/g);
    expect(said(windows.stdout)).toEqual(said(own.stdout));
    expect(said(own.stdout)?.join()).toContain('onestack/os');
  });
});
