import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeBakedImages } from '../support/baked-images.ts';
import { rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const BASE = `
services:
  app:
    healthcheck: { test: [CMD, test, -e, dist/app.cjs], interval: 1s, start_interval: 1s, start_period: 30s }
    environment: { GREETING: hello }
  side: { image: '', command: [sleep, infinity] }
  once: { image: '', command: [sh, -c, 'test "$$MODE" = a || true'], environment: { MODE: a } }
`;

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
modules:
  app: { image: node, compile: mkdir -p dist && cp src/* dist/, run: node dist/app.cjs, artifact: [dist] }
`,
    '.gitignore': '.dev/\ndist/\ndev.settings.yaml\n',
    'app/src/app.cjs': 'setInterval(() => {}, 1e6);\n',
    'app/src/tool.sh': 'true\n',
    'compose/base.yaml': BASE.replaceAll("image: ''", 'image: onestack/os'),
  },
});

/** What production changes, and how parity names it. */
const PLANTED = `
services:
  app:
    environment: { GREETING: hi, TZ: Asia/Tokyo, LC_ALL: C, PATH: /app/app/bin:/usr/bin:/bin }
    user: root
    working_dir: /tmp
    command: [sh, -c, 'umask 077; cd /app/app && exec node dist/app.cjs']
    group_add: ['4242']
    cap_drop: [NET_RAW]
    read_only: true
    security_opt: ['no-new-privileges:true']
    tmpfs: [/scratch]
    ulimits: { nofile: 1234 }
    mem_limit: 256m
    dns_opt: ['ndots:7']
    healthcheck: { test: [CMD, 'true'] }
  side: { image: onestack/node }
  once: { command: [sh, -c, 'exit 0'], environment: { MODE: b }, cap_drop: [NET_RAW] }
`;
const FOUND = [
  ['app', 'environment GREETING'],
  ['app', 'locale time zone'],
  ['app', 'locale encoding'],
  ['app', 'environment PATH'],
  ['app', 'user name'],
  ['app', 'process working directory'],
  ['app', 'process first process'],
  ['app', 'user groups'],
  ['app', 'capability NET_RAW'],
  ['app', 'mount /'],
  ['app', 'process no new privileges'],
  ['app', 'mount /scratch'],
  ['app', 'limit Max open files'],
  ['app', 'limit memory'],
  ['app', 'name service options'],
  ['side', 'runtime node'],
  ['side', 'package nodejs'],
  ['side', 'image layers'],
  // What ran to its end.
  ['once', 'process first process'],
  ['once', 'environment MODE'],
  ['once', 'capability NET_RAW'],
  // Put into running containers.
  ['side', 'system release'],
  ['app', 'file dist/tool.sh'],
] as const;

interface Document {
  readonly same: boolean;
  readonly services: readonly {
    readonly service: string;
    readonly differences: readonly { category: string; name: string; why?: string }[];
  }[];
}

async function parity(): Promise<{ readonly status: number; readonly document: Document }> {
  const { status, stdout } = await suite().dev(['--yes', '--json', 'parity']);
  return { status, document: JSON.parse(stdout) as Document };
}

const faultsIn = ({ services }: Document): readonly string[] =>
  services.flatMap(({ service, differences }) =>
    differences.flatMap(({ category, name, why }) =>
      why === undefined ? [`${service} ${category} ${name}`] : [],
    ),
  );

async function inside(context: 'prod' | 'dev', service: string, script: string): Promise<void> {
  const instance = context === 'dev' ? suite().name : `${suite().name}-prod`;
  const container = `${instance}-${service}-1`;
  const done = await runProgram(['docker', 'exec', '--user=0', container, 'sh', '-c', script]);
  expect(done.status, done.stderr).toBe(0);
}

beforeAll(async () => {
  const git = (...args: readonly string[]) =>
    suite().run(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'one');
});

afterAll(async () => {
  await suite().dev(['--yes', 'clean', '--volumes']);
  await removeBakedImages(suite().name);
});

describe('dev parity', () => {
  it('brings both up, and finds nothing where nothing is meant to differ', async () => {
    const same = await suite().dev(['--yes', 'parity']);
    expect(same.status, suite().transcript()).toBe(0);
    expect(same.stdout).toContain('✓ app');
    expect(same.stdout).toMatch(/✓ once {2}\d{2,} equal\n/);
    expect(same.stdout).toContain('mount /workspace');
    expect(same.stdout).toContain('dev and prod are the same, but for what is meant');
  });

  it('finds each of the differences that nobody has a reason for', async () => {
    suite().write('compose/prod.yaml', PLANTED);
    const up = await suite().dev(['--yes', '--context', 'prod', 'up']);
    expect(up.status, suite().transcript()).toBe(0);
    await inside('prod', 'side', 'echo 12.0 > /etc/debian_version');
    await inside('dev', 'app', 'chmod +x dist/tool.sh');
    const { status, document } = await parity();
    expect({ status, same: document.same }).toEqual({ status: 1, same: false });
    const found = faultsIn(document);
    expect(FOUND.map((one) => one.join(' ')).filter((one) => !found.includes(one))).toEqual([]);
  });

  it('takes the project’s own reasons, and tells one that makes no sense', async () => {
    const text = suite().read('dev.yaml');
    suite().write(
      'dev.yaml',
      `${text}parity: [{ differs: environment GREETING, service: app, why: it is politer }]\n`,
    );
    const found = faultsIn((await parity()).document);
    expect(found).not.toContain('app environment GREETING');
    expect(found).toContain('app user name');
    suite().write('dev.yaml', `${text}parity: [{ differs: GREETING, why: it is politer }]\n`);
    const wrong = await suite().dev(['--yes', 'parity']);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('"GREETING" does not say what differs');
    suite().write('dev.yaml', text);
  });
});
