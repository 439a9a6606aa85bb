import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownName } from '../support/own-run.ts';
import { openScreen } from '../support/pty-screen.ts';
import { REPOSITORY, rigForSuite, rigForTest } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const MAIN = `${REPOSITORY}/dist/main.js`;
/** Where the person keeps what she agreed to, and a file of hers. */
const person = mkdtempSync(join(tmpdir(), `${ownName()}-person-`));
const victim = join(person, 'victim');
writeFileSync(victim, 'KEY=of-the-person\n');
const env = { XDG_STATE_HOME: join(person, 'state'), STRANGE_API_KEY: 'of-the-shell' };
afterAll(() => rmSync(person, { recursive: true, force: true }));

/** `dev up --yes` as a script calls it, and whether the engine got anything of it. */
async function tryUp(rig: Rig) {
  const up = await rig.dev(['up', '--yes', '--detach']);
  const filter = `label=com.docker.compose.project=${rig.name}`;
  const made = await rig.run(['docker', 'ps', '--all', '--quiet', '--filter', filter]);
  return { ...up, containers: made.stdout.trim() };
}

const service = (more: string): string =>
  `services:\n  a:\n    image: onestack/os\n    command: [sleep, infinity]\n${more}`;

interface Attack {
  /** Keys of a service `SVC`, each line indented by four. */
  readonly service?: string;
  /** More of its Compose file. */
  readonly top?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  /** What the person has to be shown. */
  readonly shows: string;
}

/** As a stranger's repository would have it; all of them lie in one. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'the home folder, by a variable': {
    service: '    volumes: ["${HOME}:/h"]\n',
    shows: 'at /h, writable (compose/dev/SVC.yaml:4)',
  },
  'the home folder, by a tilde, read-only': {
    service: '    volumes: ["~:/h:ro"]\n',
    shows: 'at /h, read-only (compose/dev/SVC.yaml:4)',
  },
  'a folder above the project': {
    service: '    volumes: ["../..:/h"]\n',
    shows: 'services.SVC.volumes: / at /h, writable',
  },
  'the long form, with propagation': {
    service:
      '    volumes: [{ type: bind, source: /etc, target: /h, bind: { propagation: rshared } }]\n',
    shows: 'services.SVC.volumes: /etc at /h, writable',
  },
  'a link in the project that leads out of it': {
    service: '    volumes: ["./data/deep:/h"]\n',
    links: { data: '/etc' },
    shows: 'services.SVC.volumes: /etc/deep at /h, writable',
  },
  "the engine's socket": {
    service: '    volumes: ["/var/run/docker.sock:/s"]\n',
    shows: 'control the engine, which makes it root on this machine',
  },
  'a named volume that is a folder of the host': {
    service: '    volumes: ["SVCv:/h"]\n',
    top: 'volumes:\n  SVCv: { driver_opts: { type: none, o: bind, device: / } }\n',
    shows: 'volumes.SVCv.driver_opts: / of the host, mounted as a volume',
  },
  'a file that another file extends': {
    service: '    extends: { file: lib/x.yaml, service: x }\n',
    files: { 'lib/x.yaml': 'services: { x: { privileged: true } }\n' },
    shows: 'services.SVC.privileged: all rights of root (lib/x.yaml:1)',
  },
  'an included file': {
    top: 'include: [more.yaml]\n',
    files: { 'more.yaml': 'services: { more: { image: onestack/os, pid: host } }\n' },
    shows: "services.more.pid: the host's (more.yaml:1)",
  },
  'a service of a profile that is off': {
    service: '    profiles: [x]\n    devices: [/dev/kmsg]\n',
    shows: 'services.SVC.devices: /dev/kmsg',
  },
  'variables of a file of the person': {
    service: `    env_file: [${person}/other.env]\n`,
    shows: `services.SVC.env_file: reads ${person}/other.env`,
  },
  'variables of a link to a file of the person': {
    service: '    environment: { X: "${KEY}" }\n',
    links: { '.env': victim },
    shows: `the definition: reads ${victim}`,
  },
  "variables of an include's file": {
    top: `include: [{ path: most.yaml, env_file: ${person}/include.env }]\n`,
    files: {
      'most.yaml': 'services: { most: { image: onestack/os, environment: { X: "${K}" } } }\n',
    },
    shows: `the definition: reads ${person}/include.env`,
  },
  'a credential of the shell': {
    service: '    environment: [STRANGE_API_KEY]\n',
    shows: 'reads the variable STRANGE_API_KEY of your shell (compose/dev/SVC.yaml:4)',
  },
  'a secret that is a file of the person': {
    service: '    secrets: [SVCs]\n',
    top: `secrets: { SVCs: { file: ${victim} } }\n`,
    shows: `secrets.SVCs.file: reads ${victim}`,
  },
  'a secret that is a variable of the shell': {
    service: '    secrets: [SVCs]\n',
    top: 'secrets: { SVCs: { environment: STRANGE_API_KEY } }\n',
    shows: 'secrets.SVCs.environment: reads the variable STRANGE_API_KEY of your shell',
  },
  "another project's volume": {
    service: '    volumes: ["SVCv:/h"]\n',
    top: 'volumes: { SVCv: { name: shop_db-data } }\n',
    shows: 'a volume by the name shop_db-data, whosever it is',
  },
  'the data of another container': {
    service: '    volumes_from: ["container:somebodys"]\n',
    shows: 'services.SVC.volumes_from: the data of the container somebodys',
  },
  'a port that the network sees': {
    service: '    ports: ["0.0.0.0:18099:80"]\n',
    shows: '80 published at 18099 on 0.0.0.0, where other machines see it',
  },
  'rights that containers do not have': {
    service: '    cap_add: [SYS_ADMIN]\n    security_opt: ["seccomp:unconfined"]\n',
    shows: 'services.SVC.security_opt: seccomp:unconfined',
  },
  "the host's network": {
    service: '    network_mode: host\n',
    shows: "services.SVC.network_mode: the host's",
  },
  'SSH keys for a build': {
    service: '    build: { context: ., ssh: [default] }\n',
    files: { Dockerfile: 'FROM onestack/os\n' },
    shows: 'services.SVC.build.ssh: your SSH keys (default)',
  },
  'a build of a folder of the person': {
    service: `    build: { context: ${person} }\n`,
    shows: `services.SVC.build.context: reads ${person}`,
  },
  'a watch of a folder of the person': {
    service: `    develop: { watch: [{ path: ${person}, target: /h, action: sync }] }\n`,
    shows: `services.SVC.develop.watch: reads ${person}`,
  },
  'variables, labels, secrets and texts by links to files of the person': {
    service:
      '    env_file: [link.env]\n    label_file: [link.env]\n    secrets: [SVCs]\n    configs: [SVCs]\n',
    top: 'secrets: { SVCs: { file: link.env } }\nconfigs: { SVCs: { file: link.env } }\n',
    links: { 'link.env': `${person}/other.env` },
    shows: `secrets.SVCs.file: reads ${person}/other.env`,
  },
  'a watch, a context and more contexts by a link to a folder of the person': {
    service: `    build: { context: link-of-folder, additional_contexts: { more: link-of-folder } }
    develop: { watch: [{ path: link-of-folder, target: /h, action: sync }] }\n`,
    links: { 'link-of-folder': person },
    shows: `services.SVC.build.additional_contexts: reads ${person}`,
  },
  'a Dockerfile by a link': {
    service: '    build: { context: ., dockerfile: link-of-Dockerfile }\n',
    links: { 'link-of-Dockerfile': victim },
    shows: `services.SVC.build.dockerfile: reads ${victim}`,
  },
  'an include by a link': {
    top: 'include: [link.yaml]\n',
    links: { 'link.yaml': `${person}/linked.yaml` },
    shows: `the definition: reads ${person}/linked.yaml`,
  },
  'a pane that runs a command on the host': {
    files: {
      'dev.yaml': 'name: x\nwindows:\n  - name: w\n    panes:\n      - command: touch /tmp/owned\n',
    },
    shows: 'runs "touch /tmp/owned" (dev.yaml:5)',
  },
  'credentials by a settings file that came along': {
    files: { 'dev.settings.yaml': `credentials:\n  password: ${victim}\ngit: writable\n` },
    shows: `settings credentials.password: reads ${victim} (dev.settings.yaml:2)`,
  },
  'git hooks, by a setting that came along': {
    shows: 'settings git: git writable in containers: hooks that their code leaves there run',
  },
};

/** Every attack under its name: `s0`, `s1`, … */
const attacks = Object.entries(ATTACKS).map(([title, attack], index) => {
  const name = `s${String(index)}`;
  const named = (text: string): string => text.replaceAll('SVC', name);
  const own = attack.service === undefined ? '' : service('').replace(/^ {2}a:[^]*/m, '');
  const text = `${own}${attack.service === undefined ? '' : `  ${name}:\n    image: onestack/os\n${attack.service}`}${attack.top ?? ''}`;
  const files = text === '' ? {} : { [`compose/dev/${name}.yaml`]: named(text) };
  return { title, ...attack, files: { ...files, ...attack.files }, shows: named(attack.shows) };
});

describe("a stranger's repository that reaches for the host", () => {
  let told: Awaited<ReturnType<typeof tryUp>>;
  const rig = rigForSuite({
    env,
    files: Object.assign({}, ...attacks.map(({ files }) => files)) as Record<string, string>,
  });
  beforeAll(async () => {
    for (const name of ['other.env', 'include.env']) writeFileSync(join(person, name), 'K=v\n');
    writeFileSync(join(person, 'linked.yaml'), 'services: { linked: { image: onestack/os } }\n');
    for (const [path, target] of attacks.flatMap(({ links }) => Object.entries(links ?? {}))) {
      symlinkSync(target, rig().path(path));
    }
    told = await tryUp(rig());
  });

  it('is not started before a yes, with exit status 2 and the command to type', () => {
    expect([told.status, told.containers]).toEqual([2, '']);
    expect(told.stderr).toContain('fix: dev trust');
    expect(told.stderr).toContain('--yes does not answer this question');
    expect(told.stderr + told.stdout).not.toContain('of-the-');
    // What is refused leaves nothing in the folder.
    expect(readdirSync(rig().directory)).not.toContain('.dev');
  });

  it('is not asked about the data of a service that there is not', async () => {
    const settings = 'services: { nobody: { data: recreate } }\n';
    const files = { 'dev.yaml': 'name: x\n', 'compose/base.yaml': service('') };
    const rig = rigForTest({ env, files: { ...files, 'dev.settings.yaml': settings } });
    const { status, stderr } = await rig.dev(['up', '--yes', '--dry-run']);
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('services.nobody means nothing, there is no such service');
    expect(stderr).not.toContain('would ask');
  });

  it('shows every way of a link, not only the first', () => {
    for (const key of ['env_file', 'label_file', 'build.context', 'develop.watch'])
      expect(told.stderr).toMatch(new RegExp(`services\\.s\\d+\\.${key}: reads ${person}`));
    expect(told.stderr).toMatch(new RegExp(`configs\\.s\\d+s\\.file: reads ${person}`));
  });

  it.each(attacks)('shows $title', ({ shows }) => {
    expect(told.stderr).toContain(shows);
  });

  it('cannot draw on the terminal with what it is asked for', async () => {
    const rig = rigForTest({
      env,
      files: {
        'dev.yaml': `name: x\nwindows: [{ name: w, panes: [{ command: "a\\e]0;t\\a\\e[2J\\nb" }] }]\n`,
        'compose/base.yaml': service(''),
      },
    });
    const { status, stderr } = await tryUp(rig);
    expect(status).toBe(2);
    expect(stderr).not.toMatch(/[\x1b\x07]/);
  });
});

describe('a repository that reaches for nothing', () => {
  it('is asked about nothing', async () => {
    const rig = rigForTest({ env, copyOf: 'examples/shop' });
    const trusted = await rig.dev(['trust']);
    expect(trusted.stdout).toBe('this project reaches nothing of this machine: nothing to trust\n');
    const dry = await rig.dev(['up', '--dry-run']);
    expect([dry.status, dry.stderr]).toEqual([0, expect.not.stringContaining('would ask')]);
  });
});

describe('what the person agreed to', () => {
  const rig = rigForSuite({
    env,
    files: {
      'dev.yaml': `name: x
windows: [{ name: mine, panes: [{ command: 'echo own-$((40 + 2)); exec sleep 100' }] }]
`,
      'compose/base.yaml': service(`    init: true\n    volumes: ["${victim}:/victim:ro"]\n`),
    },
  });
  const dev = (...args: readonly string[]) => rig().dev(args);

  it('is asked on a terminal, and no is the default', async () => {
    const screen = await openScreen([process.execPath, MAIN, 'up', '--detach', '--yes'], {
      cwd: rig().directory,
      env,
    });
    await screen.until('the question', /Do you trust this repository with that\?/);
    expect(screen.text()).toContain(`services.a.volumes: ${victim} at /victim, read-only`);
    screen.send('\r');
    expect(await screen.exited).toBe(2);
    expect(screen.text()).toContain('you said no');
    screen.close();
    expect((await tryUp(rig())).containers).toBe('');
  });

  it('is asked once for this content, and runs then', async () => {
    const screen = await openScreen([process.execPath, MAIN, 'up', '--detach'], {
      cwd: rig().directory,
      env,
      columns: 160,
    });
    await screen.until('the question', /Do you trust this repository with that\?/);
    screen.send('y\r');
    expect(await screen.exited).toBe(0);
    screen.close();
    expect((await dev('up', '--detach')).status).toBe(0);
    expect((await dev('shell', 'a', '--', 'cat', '/victim')).stdout).toBe('KEY=of-the-person\n');
  });

  it('lies in the person’s own folder, where nobody else reads it', async () => {
    const folder = join(person, 'state/onestack/trust');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect((await dev('trust', '--list')).stdout).toContain(`${rig().directory}  2 on its list`);
  });

  it('runs in a pane; another command does not', async () => {
    const open = () =>
      openScreen([process.execPath, MAIN, 'dash', 'mine'], { cwd: rig().directory, env });
    const screen = await open();
    await screen.until('the command’s output', /own-42/);
    screen.close();
    rig().write('dev.yaml', rig().read('dev.yaml').replace('echo own-', 'echo evil-'));
    const again = await open();
    await again.until('the refusal', /not started: this runs on your machine/);
    expect(again.text()).not.toContain('evil-42');
    again.close();
    rig().write('dev.yaml', rig().read('dev.yaml').replace('echo evil-', 'echo own-'));
    expect((await dev('up', '--detach')).status).toBe(0);
  });

  it('is all that an edit can take without asking: the session applies nothing wider', async () => {
    const before = rig().read('compose/base.yaml');
    rig().write('compose/base.yaml', before.replace(`${victim}:/victim:ro`, `${person}:/victim`));
    const told = await dev('up', '--detach', '--yes');
    expect(told.status).toBe(2);
    expect(told.stderr).toContain('reaches more of this machine than you agreed to');
    expect(told.stderr).toContain(`+ services.a.volumes: ${person} at /victim, writable`);
    expect(told.stderr).toContain(`- services.a.volumes: ${victim} at /victim, read-only`);
    // The session sees it too: it says so, and leaves what runs as it is.
    await waitFor('the session to tell it', async () =>
      (await dev('status')).stdout.includes('reaches more of this machine than you agreed to'),
    );
    expect((await dev('shell', 'a', '--', 'cat', '/victim')).stdout).toBe('KEY=of-the-person\n');
    // Less than was agreed to asks nothing.
    rig().write('compose/base.yaml', service('    init: true\n'));
    expect((await dev('up', '--detach')).status).toBe(0);
    rig().write('compose/base.yaml', before);
    expect((await dev('up', '--detach')).status).toBe(0);
  });

  it('can be taken back', async () => {
    expect((await dev('trust', '--revoke')).stdout).toContain('is not trusted any more');
    expect((await dev('up', '--detach')).status).toBe(2);
    expect(readFileSync(victim, 'utf8')).toBe('KEY=of-the-person\n');
  });
});
