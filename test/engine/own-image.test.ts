import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { rigForTest, type Rig } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

/**
 * Of a stranger: an entry point of its own, no tini, no user, BusyBox in the place of util-linux. New in each run:
 * images are called by what they are made of, and one that was cut off leaves its own.
 */
const DOCKERFILE = `FROM debian:trixie-slim AS dev
RUN apt-get -q update && apt-get -q -y --no-install-recommends install python3 busybox \\
 && rm /usr/bin/setpriv && ln -s /bin/busybox /usr/local/bin/su && rm -rf /var/lib/apt/lists/*
COPY tool.txt /opt/tool.txt
ARG GREETING=nobody
ENV GREETING=$GREETING PIP_CACHE_DIR=/tmp/pip MADE_AT=${String(Date.now())}
EXPOSE 8000
HEALTHCHECK --interval=1s CMD python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/')"
ENTRYPOINT ["/bin/false"]
FROM dev
COPY . /app
`;

const SERVER = `import http.server, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write((os.environ['GREETING'] + ' ' + open('/opt/tool.txt').read() + 'one').encode())
    def log_message(self, *words): pass
http.server.HTTPServer(('', 8000), Answer).serve_forever()
`;

const DEFINITION = `name: shop
modules:
  web:
    image: { build: { target: dev, args: { GREETING: hello } } }
    install: { run: 'mkdir -p lib; echo installed > lib/done; id -u > lib/who', lockfiles: [tool.txt], directories: [lib] }
    compile: python3 -m py_compile server.py
    test: 'test "$(cat /opt/tool.txt)" = tool && test -n "$CI$GREETING"'
    lint: test -f lib/done
    artifact: [server.py]
    run: python3 server.py
`;

const FILES = {
  'dev.yaml': DEFINITION,
  'web/Dockerfile': DOCKERFILE,
  'web/tool.txt': 'tool\n',
  'web/server.py': SERVER,
  '.gitignore': '.dev/\ndev.settings.yaml\nlib/\n__pycache__/\n',
};

const UP = ['up', '--yes', '--detach', '--no-watch'];

async function answers(rig: Rig): Promise<string> {
  const asked = await rig.dev([
    ...['shell', 'web', '--', 'python3', '-c'],
    "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8000/').read().decode())",
  ]);
  expect(asked.status, asked.stderr).toBe(0);
  return asked.stdout.trim();
}

describe('a module on an image of its own Dockerfile', () => {
  const baked: string[] = [];

  afterAll(async () => {
    const filters = [
      'reference=onestack/web-build',
      ...baked.map((name) => `reference=${name}/web`),
    ];
    const listed = await Promise.all(
      filters.map((filter) => runProgram(['docker', 'images', '--quiet', '--filter', filter])),
    );
    const images = listed.flatMap(({ stdout }) => stdout.split('\n').filter((line) => line !== ''));
    if (images.length > 0) await runProgram(['docker', 'image', 'rm', '--force', ...images]);
  });

  it('is built when its inputs change; its checks and its process run in it', async () => {
    const rig = rigForTest({ files: FILES });
    const planned = await rig.dev(['up', '--dry-run']);
    expect(planned.stdout).toMatch(/build image web@build: not built yet/);
    const up = await rig.dev(UP);
    expect(up.status, up.stderr).toBe(0);
    expect(await answers(rig)).toBe('hello tool\none');
    // Its health check is asked, its port is known; the entry point is not run, and somebody buries the dead.
    const shown = await rig.run(['docker', 'ps', '--filter', `name=${rig.name}-web`]);
    expect(shown.stdout).toMatch(/\(healthy\).*8000\/tcp/);
    const first = await rig.dev([
      'shell',
      'web',
      '--',
      'sh',
      '-c',
      'cat /proc/1/comm lib/done lib/who; id -u',
    ]);
    expect(first.stdout).toBe(
      `docker-init\ninstalled\n${String(process.getuid?.())}\n${String(process.getuid?.())}\n`,
    );
    expect((await rig.dev(UP)).stdout).toContain('nothing to do');

    // What the stage does not copy makes no other image; what it copies does.
    rig.write('web/server.py', SERVER.replace('one', 'two'));
    const edited = await rig.dev(['up', '--dry-run']);
    expect(edited.stdout).not.toContain('web@build');
    rig.write('web/tool.txt', 'tool\n\n');
    const stale = await rig.dev(['up', '--dry-run']);
    expect(stale.stdout).toMatch(/build image web@build: context changed/);
    expect(stale.stdout).toMatch(/recreate web: .*image/);
    expect((await rig.dev(UP)).status).toBe(0);
    expect(await answers(rig)).toBe('hello tool\n\ntwo');
    const checked = await rig.dev(['check']);
    expect(checked.status, checked.stdout + checked.stderr).toBe(0);
    const images = await rig.dev(['images']);
    expect(images.stdout).toMatch(/web@build +built .*the project's +web/);
  });

  it('is production’s base, and a pipeline’s', async () => {
    const rig = rigForTest({ files: FILES });
    baked.push(rig.name);
    const git = (...args: readonly string[]) =>
      rig.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
    for (const args of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-qm', 'one'],
    ]) {
      expect((await git(...args)).status).toBe(0);
    }
    const ci = await rig.dev(['ci', '--yes']);
    expect(ci.status, ci.stdout + ci.stderr).toBe(0);
    const up = await rig.dev(['up', '--context', 'prod', '--yes', '--detach']);
    expect(up.status, up.stderr).toBe(0);
    const found = await rig.run([
      ...['docker', 'ps', '--quiet', '--filter', 'label=com.docker.compose.service=web'],
      ...['--filter', 'health=healthy', '--filter', `name=${rig.name}`],
    ]);
    const asked = await rig.run([
      ...['docker', 'exec', found.stdout.trim(), 'python3', '-c'],
      "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8000/').read().decode())",
    ]);
    expect(asked.stdout, asked.stderr).toBe('hello tool\none\n');
    expect((await rig.dev(['down', '--context', 'prod', '--yes'])).status).toBe(0);
  });

  it('is built anew when its base was pulled or built anew, as a service’s build is', async () => {
    const base = `${ownName()}:1`;
    const makeBase = async (text: string): Promise<void> => {
      const dockerfile = `FROM debian:trixie-slim\nRUN echo ${text} >/etc/base\n`;
      const made = await runProgram(['docker', 'build', '-q', '-t', base, '-'], {
        input: dockerfile,
      });
      expect(made.status, made.stderr).toBe(0);
    };
    onTestFinished(async () => {
      // What was built before has no name any more, and would be taken for an older one of another test.
      const ours = ['--filter', 'label=dev.onestack.image=based@build'];
      const listed = await runProgram(['docker', 'images', '--quiet', ...ours]);
      const images = listed.stdout.split('\n').filter((line) => line !== '');
      await runProgram(['docker', 'image', 'rm', '--force', base, ...images]);
    });
    await makeBase('old');
    const rig = rigForTest({
      files: {
        'dev.yaml':
          'name: based\nmodules:\n  based: { image: { build: . }, run: sleep infinity }\n',
        'based/Dockerfile': `FROM ${base}\n`,
        'built/Dockerfile': `FROM ${base}\n`,
        'compose/base.yaml':
          'services: { built: { build: ./built, init: true, command: sleep infinity } }\n',
      },
    });
    expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
    expect((await rig.dev(UP)).stdout).toContain('nothing to do');

    await makeBase('new');
    const planned = await rig.dev(['up', '--dry-run']);
    expect(planned.stdout).toContain(`build image based@build: ${base} is another image now`);
    expect(planned.stdout).toMatch(/recreate based: .*is another image now \(its image\)/);
    expect(planned.stdout).toMatch(/recreate built: /);
    const listed = await rig.dev(['images']);
    expect(listed.stdout).toMatch(/based@build +.*is another image now/);
    expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
    for (const name of ['based', 'built']) {
      const inside = await rig.dev(['shell', name, '--', 'cat', '/etc/base']);
      expect(inside.stdout).toBe('new\n');
    }
    expect((await rig.dev(UP)).stdout).toContain('nothing to do');
  });

  it('says where it fails, in the Dockerfile as the person has it', async () => {
    const rig = rigForTest({
      files: {
        ...FILES,
        'web/Dockerfile': DOCKERFILE.replace('&& rm /usr/bin/setpriv', '&& no-such-program'),
      },
    });
    const up = await rig.dev(UP);
    expect(up.status).toBe(1);
    expect(up.stderr).toMatch(
      /The image web@build could not be built[^]*web\/Dockerfile:2[^]*no-such-program/,
    );
    const gone = rig.read('dev.yaml').replace('target: dev', 'target: devel');
    rig.write('dev.yaml', gone);
    const refused = await rig.dev(['up', '--dry-run']);
    expect(refused.stderr).toContain('web/Dockerfile has no stage devel');
    expect(refused.stderr).toContain('It has dev');
  });
});
