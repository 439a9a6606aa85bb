import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alive } from '../support/alive.ts';
import { freePort } from '../support/free-port.ts';
import { rigForTest, type Rig } from '../support/rig.ts';
import { smallProject } from '../support/small-project.ts';
import { waitFor } from '../support/wait-for.ts';

interface Status {
  readonly instance: string;
  readonly services: readonly {
    readonly service: string;
    readonly state: string;
    readonly health: string;
    readonly ports: readonly { readonly hostAddress: string; readonly hostPort: number }[];
  }[];
}

const UP = ['up', '--yes', '--detach', '--no-watch'];

async function small(): Promise<{ readonly rig: Rig; readonly port: number }> {
  const port = await freePort();
  return { rig: rigForTest({ files: smallProject(port) }), port };
}

async function status(rig: Rig): Promise<Status> {
  // The shape that `dev status --json` promises; the assertions below would notice another one.
  return JSON.parse((await rig.dev(['status', '--json'])).stdout) as Status;
}

async function containerId(rig: Rig, service: string): Promise<string> {
  const name = `${rig.name}-${service}-1`;
  const found = await rig.run(['docker', 'inspect', '--format', '{{.Id}}', name]);
  return found.stdout.trim();
}

async function answer(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/`);
  return response.text();
}

describe('dev up', () => {
  it('brings a project up, finds nothing to do a second time, and follows an edit', async () => {
    const { rig, port } = await small();
    const first = await rig.dev(UP);
    expect(first.status).toBe(0);
    expect(first.stdout).toContain(`http://localhost:${String(port)}`);
    expect(await answer(port)).toBe('hello');
    const { services } = await status(rig);
    expect(services.map(({ service, state }) => `${service} ${state}`).sort()).toEqual([
      'store running',
      'web running',
    ]);
    const before = await containerId(rig, 'web');
    const store = await containerId(rig, 'store');

    const second = await rig.dev(UP);
    expect(second.stdout).toContain('nothing to do');
    expect(await containerId(rig, 'web')).toBe(before);

    rig.write(
      'compose/dev.yaml',
      `${rig.read('compose/dev.yaml')}    environment:\n      GREETING: hi\n`,
    );
    const plan = await rig.dev(['up', '--dry-run']);
    expect(plan.stdout).toBe('recreate web: environment.GREETING hello→hi (compose/dev.yaml:6)\n');
    expect(await containerId(rig, 'web')).toBe(before);
    expect((await rig.dev(UP)).status).toBe(0);
    expect(await answer(port)).toBe('hi');
    expect(await containerId(rig, 'store')).toBe(store);
  });

  it('keeps secrets and generated files to their owner, and ports to this machine', async () => {
    const { rig } = await small();
    await rig.dev(UP);
    const { ca, server, state } = rig.places();
    for (const path of [rig.path('.dev/compose.yaml'), ca.key, server.key]) {
      expect(statSync(path).mode & 0o777, path).toBe(0o600);
    }
    for (const folder of [rig.path('.dev'), state, dirname(ca.key)]) {
      expect(statSync(folder).mode & 0o777, folder).toBe(0o700);
    }
    const { services } = await status(rig);
    const addresses = services.flatMap(({ ports }) => ports.map(({ hostAddress }) => hostAddress));
    expect(addresses).toEqual(['127.0.0.1']);
  });

  it('takes the next free port when another program has the wanted one, and remembers it', async () => {
    const { rig, port } = await small();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const up = await rig.dev(UP);
    expect(up.status).toBe(0);
    expect(up.stderr).toMatch(
      new RegExp(`${String(port)} is taken by .+ \\(process ${String(process.pid)}\\): web got`),
    );
    const urls = JSON.parse((await rig.dev(['urls', '--json'])).stdout) as {
      readonly urls: readonly { readonly url: string }[];
    };
    const [given] = urls.urls.map(({ url }) => Number(new URL(url).port));
    expect(given).toBeGreaterThan(port);
    expect(await answer(given ?? 0)).toBe('hello');
    expect((await rig.dev(UP)).stdout).toContain('nothing to do');
  });

  it('says why a service is not healthy, and leaves the others running', async () => {
    const { rig } = await small();
    rig.write(
      'web/server.js',
      "console.log('no database today'); setInterval(() => undefined, 1000);",
    );
    rig.write(
      'compose/dev.yaml',
      'services: { web: { healthcheck: { start_period: 0s, interval: 300ms } } }\n',
    );
    const up = await rig.dev(UP);
    expect(up.status).toBe(1);
    expect(up.stderr).toContain('web is not healthy');
    expect(up.stderr).toContain('health check (exit 1)');
    expect(up.stderr).toContain('no database today');
    expect(up.stderr).toContain('dev logs web');
    const { services } = await status(rig);
    expect(services.map(({ service, state }) => `${service} ${state}`).sort()).toEqual([
      'store running',
      'web running',
    ]);
  });

  it('repairs what a kill in the middle left', async () => {
    const { rig, port } = await small();
    const killed = rig.startDev(UP);
    await waitFor('the first container', async () => (await containerId(rig, 'store')) !== '');
    killed.killGroup();
    await waitFor('the end of it', () => killed.status() !== undefined);
    const again = await rig.dev(UP);
    expect(again.status).toBe(0);
    expect(await answer(port)).toBe('hello');
  });

  it('lets the second of two at once wait for the first', async () => {
    const { rig, port } = await small();
    const [one, two] = await Promise.all([rig.dev(UP), rig.dev(UP)]);
    expect([one.status, two.status]).toEqual([0, 0]);
    const waited = [one, two].filter(({ stderr }) => stderr.includes('waiting: another dev'));
    expect(waited).toHaveLength(1);
    expect(await answer(port)).toBe('hello');
  });

  it('brings only the named service and what it depends on, and refuses names it does not know', async () => {
    const { rig } = await small();
    expect((await rig.dev([...UP, 'store'])).status).toBe(0);
    expect(await containerId(rig, 'web')).toBe('');
    const wrong = await rig.dev([...UP, 'stor']);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('Did you mean "store"?');
  });

  it('recreates and resets data only where a flag names it', async () => {
    const { rig } = await small();
    await rig.dev(UP);
    const note = ['docker', 'exec', '--user', '0', `${rig.name}-store-1`, 'sh', '-c'];
    await rig.run([...note, 'echo precious > /data/note']);
    await rig.dev([...UP, '--recreate']);
    expect((await rig.run([...note, 'cat /data/note'])).stdout).toBe('precious\n');
    const before = await containerId(rig, 'web');
    expect((await rig.dev([...UP, '--reset-data=store'])).status).toBe(0);
    expect((await rig.run([...note, 'ls /data'])).stdout).toBe('');
    expect(await containerId(rig, 'web')).toBe(before);
  });

  it('obeys what the settings say of one service, once agreed to: data new with every up', async () => {
    const { rig } = await small();
    await rig.dev(UP);
    const note = ['docker', 'exec', '--user', '0', `${rig.name}-store-1`, 'sh', '-c'];
    await rig.run([...note, 'echo old > /data/note']);
    expect((await rig.dev(['settings', 'services.store.data=recreate'])).status).toBe(0);
    // Code in a container can write the file, too: a person has to mean it.
    const refused = await rig.dev(UP);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('services.store.data: its data volumes are deleted');
    expect((await rig.run([...note, 'cat /data/note'])).stdout).toBe('old\n');
    await rig.dev(['trust']);
    const before = await containerId(rig, 'web');
    const up = await rig.dev(UP);
    expect(up.status).toBe(0);
    expect((await rig.run([...note, 'ls /data'])).stdout).toBe('');
    expect(await containerId(rig, 'web')).toBe(before);
  });

  it('stops what the settings switch off, and brings it back', async () => {
    const { rig } = await small();
    await rig.dev(UP);
    await rig.dev(['settings', 'modules.web.run=false']);
    const plan = await rig.dev(['up', '--dry-run']);
    expect(plan.stdout).toBe('remove web: switched off in dev.settings.yaml\n');
    expect((await rig.dev(UP)).status).toBe(0);
    expect(await containerId(rig, 'web')).toBe('');
    const named = await rig.dev([...UP, 'web']);
    expect(named.status).toBe(2);
    expect(named.stderr).toContain('web is switched off in dev.settings.yaml');
    expect(named.stderr).toContain('dev settings modules.web.run=true');
    await rig.dev(['settings', 'modules.web.run = true']);
    expect((await rig.dev(UP)).status).toBe(0);
    expect(await containerId(rig, 'web')).not.toBe('');
  });

  it('ends with 130 on Ctrl-C and is whole again after the next up', async () => {
    const { rig, port } = await small();
    const interrupted = rig.startDev(UP);
    await waitFor('its work', () => existsSync(rig.places().lock));
    interrupted.kill('SIGINT');
    expect((await interrupted.finished).status).toBe(130);
    expect((await rig.dev(UP)).status).toBe(0);
    expect(await answer(port)).toBe('hello');
  });

  it('keeps damaged state aside and goes on', async () => {
    const { rig, port } = await small();
    await rig.dev(UP);
    writeFileSync(rig.places().ports, '{"half');
    writeFileSync(rig.places().compiled, '\0\0');
    rig.write('.dev/compose.yaml', 'services: [');
    const up = await rig.dev([...UP, '--recreate']);
    expect(up.status).toBe(0);
    expect(up.stderr).toContain('ports.json was damaged; it is kept as');
    expect(await answer(port)).toBe('hello');
    expect(readFileSync(rig.path('.dev/compose.yaml'), 'utf8')).toContain('services:\n');
  });
});

describe('a service of several containers', () => {
  /** `store` with so many containers; a marked one is not healthy. */
  const compose = (replicas: number): string => `services:
  store:
    image: onestack/os
    command: [sleep, infinity]
    init: true
    healthcheck: { test: ['CMD', 'test', '!', '-e', '/tmp/mark'], interval: 1s, retries: 1 }
    deploy: { replicas: ${String(replicas)} }
`;
  const rigWith = (replicas: number): Rig =>
    rigForTest({ files: { 'dev.yaml': 'name: many\n', 'compose/base.yaml': compose(replicas) } });

  it('is up when all of them are healthy, follows its number, and may have none', async () => {
    const rig = rigWith(5);
    const count = async () => (await status(rig)).services.filter(isHealthy).length;
    const isHealthy = ({ health }: { health: string }) => health === 'healthy';
    expect((await rig.dev(UP)).status, rig.transcript()).toBe(0);
    const names = await rig.run([
      ...['docker', 'ps', '--filter', `label=com.docker.compose.project=${rig.name}`],
      ...['--filter', 'health=healthy', '--format', '{{.Names}}'],
    ]);
    expect(names.stdout.trim().split('\n')).toHaveLength(5);
    expect(await count()).toBeGreaterThan(0);
    for (const [replicas, told] of [
      [2, '5→2 containers'],
      [0, '2→0 containers'],
    ] as const) {
      rig.write('compose/base.yaml', compose(replicas));
      const up = await rig.dev(UP);
      expect(up.status, up.stderr).toBe(0);
      expect(up.stderr).toContain(told);
      const again = await rig.dev(UP);
      expect(again.stdout).toContain('nothing to do');
      expect(again.stdout.includes('is up')).toBe(replicas > 0);
    }
  });
});

describe('two clones of one project', () => {
  it('run side by side with names, ports and data of their own', async () => {
    const { rig, port } = await small();
    await rig.dev(UP);
    const second = rigForTest({
      files: { ...smallProject(port), 'dev.yaml': rig.read('dev.yaml') },
    });
    second.write('dev.yaml', rig.read('dev.yaml'));
    expect((await second.dev(UP)).status).toBe(0);
    const other = await status(second);
    onTestFinished(async () => {
      await second.dev(['down', '--volumes', '--no-snapshot']);
    });
    expect(other.instance).not.toBe(rig.name);
    const [given] = other.services.flatMap(({ ports }) => ports.map(({ hostPort }) => hostPort));
    expect(given).not.toBe(port);
    expect(await answer(port)).toBe('hello');
    expect(await answer(given ?? 0)).toBe('hello');
    await second.dev(['down', '--volumes', '--no-snapshot']);
    expect(await answer(port)).toBe('hello');
  });
});

describe('dev down', () => {
  it('says what it freed, keeps data, and removes it when asked', async () => {
    const { rig } = await small();
    await rig.dev(UP);
    const down = await rig.dev(['down']);
    expect(down.status).toBe(0);
    expect(down.stdout).toContain('freed 2 containers, 1 network');
    expect(down.stdout).toContain('1 volume of data kept');
    const all = await rig.dev(['down', '--volumes', '--json']);
    expect(JSON.parse(all.stdout)).toMatchObject({ freed: { volumes: [`${rig.name}_data`] } });
    expect((await rig.dev(['down'])).stdout).toBe('nothing was running\n');
  });

  it('works when the definition is broken or generated files are gone', async () => {
    const { rig } = await small();
    await rig.dev(UP);
    rig.write('dev.yaml', 'name: [');
    rmSync(rig.path('.dev'), { recursive: true });
    const down = await rig.dev(['down', '--volumes']);
    expect(down.status).toBe(0);
    expect(down.stdout).toContain('freed 2 containers, 1 network, 1 volume');
  });
});

describe('dev down in another terminal', () => {
  it('waits for dev up, and leaves nothing behind it: no container, no session', async () => {
    const { rig } = await small();
    const up = rig.startDev(['up', '--yes', '--detach']);
    await waitFor('its work', () => existsSync(rig.path('.dev/compose.yaml')));
    const down = await rig.dev(['down']);
    expect(down.stderr).toContain('waiting: another dev is at work here (dev up');
    // What it waits for is seen.
    expect(down.stderr).toMatch(/✓ store/);
    expect(down.status).toBe(0);
    // Whether it still saw what it brought up is a race.
    const { status: ended, stdout, stderr } = await up.finished;
    expect(ended === 0 ? stdout : stderr).toMatch(ended === 0 ? /is up/ : /are gone again/);
    expect(existsSync(rig.places().session.socket)).toBe(false);
    const left = await rig.run(['docker', 'ps', '-aq', '--filter', `name=${rig.name}-`]);
    expect(left.stdout).toBe('');
  });
});

describe('dev clean', () => {
  it('ends the session, too', async () => {
    const { rig } = await small();
    await rig.dev(['up', '--yes', '--detach']);
    const pid = Number(/^\d+/.exec(readFileSync(rig.places().session.lock, 'utf8'))?.[0]);
    expect(alive(pid)).toBe(true);
    expect((await rig.dev(['clean', '--yes'])).status).toBe(0);
    expect(alive(pid)).toBe(false);
    expect(existsSync(rig.path('.dev'))).toBe(false);
  });

  it('removes what the project left, data only with --volumes', async () => {
    const { rig } = await small();
    await rig.dev(UP);
    expect((await rig.dev(['clean'])).status).toBe(2);
    const clean = await rig.dev(['clean', '--yes', '--json']);
    expect(JSON.parse(clean.stdout)).toMatchObject({ keptVolumes: [`${rig.name}_data`] });
    expect(existsSync(rig.path('.dev'))).toBe(false);
    expect((await rig.dev(['clean', '--yes', '--volumes'])).status).toBe(0);
    const volumes = await rig.run([
      'docker',
      'volume',
      'ls',
      '--quiet',
      '--filter',
      `name=${rig.name}`,
    ]);
    expect(volumes.stdout).toBe('');
  });
});
