import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyInit, planInit, type InitPlan } from '../../../src/app/init.ts';
import { compareDocuments } from '../../../src/app/init/equal.ts';
import { pinOfPlace } from '../../../src/app/init/launcher.ts';
import { readProject } from '../../../src/app/project/read-project.ts';
import { versionNote, versionNotes } from '../../../src/init/versions.ts';
import { ok } from '../../../src/util/result.ts';
import { DEFAULTS, initWorld } from '../../support/init-world.ts';

const REQUEST = { project: undefined, name: undefined };

async function planned(
  repository: Readonly<Record<string, string>>,
): Promise<{ readonly plan: InitPlan; readonly world: ReturnType<typeof initWorld> }> {
  const world = initWorld(repository);
  const plan = await planInit(REQUEST, DEFAULTS, world);
  if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
  return { plan: plan.value, world };
}

const COMPOSE = {
  'docker-compose.yml': `
services:
  web:
    build: ./web
    command: ["sh", "-c", "echo $$HOME \${GREETING:-hello}"]
    ports: ["8000:5000"]
  db: { image: "postgres:16", volumes: ["data:/var/lib/postgresql/data"], profiles: [full] }
volumes: { data: {} }
`,
  'docker-compose.override.yml': 'services: { web: { environment: { A: b } } }\n',
  'web/Dockerfile': 'FROM node\n',
  'web/package.json': '{"scripts":{"start":"node ."}}',
};

describe('dev init', () => {
  it.each(['.devcontainer/docker-compose.yml', 'docker-compose.dev.yml', 'compose-dev.yaml'])(
    'says how a Compose file is used that Compose does not find by itself: %s',
    async (file) => {
      const alone = await planInit(REQUEST, DEFAULTS, initWorld({ [file]: 'services: {}\n' }));
      const cures = alone.ok ? [] : alone.failure.map(({ cure }) => cure);
      expect(cures.join()).toContain(`COMPOSE_FILE=${file} in .env`);
      const { plan } = await planned({ [file]: 'services: {}\n', 'web/package.json': '{}' });
      expect(plan.notes.join()).toContain(
        `${file} is not part of it; COMPOSE_FILE=${file} in .env`,
      );
    },
  );

  it('keeps what a Compose file means, its name, and what it builds', async () => {
    const { plan, world } = await planned({ ...COMPOSE, '.env': 'COMPOSE_PROJECT_NAME=my_shop\n' });
    expect(plan).toMatchObject({
      ...{ name: 'my_shop', modules: [], equal: { judge: 'dev config', added: [] } },
      ...{ built: [{ service: 'web', folder: 'web' }] },
      compose: ['docker-compose.yml', 'docker-compose.override.yml'],
    });
    expect(applyInit(plan, world).ok).toBe(true);
    const project = readProject('/p', world);
    expect(project).toMatchObject({
      value: { name: 'my_shop', definedBy: 'dev.yaml', router: { front: undefined } },
    });
    expect(world.files.text('/p/dev.yaml')).toContain('https://SERVICE.my_shop.localhost');
    expect(world.files.mode('/p/dev')).toBe(0o755);
    expect(world.files.text('/p/dev')).toContain("pin='file:../t'");
    expect(world.files.text('/p/.gitignore')).toContain('dev.settings.yaml');
    expect(world.files.text('/p/.gitattributes')).toBe('/dev text eol=lf\n');
    const again = await planInit(REQUEST, DEFAULTS, world);
    expect(again).toMatchObject({ failure: [{ what: 'this folder has a dev.yaml already' }] });
  });

  it('calls a Compose project as one wants, and says what that leaves behind', async () => {
    const world = initWorld({ ...COMPOSE, '.env': 'COMPOSE_PROJECT_NAME=my_shop\n' });
    const plan = await planInit({ ...REQUEST, name: 'other' }, DEFAULTS, world);
    expect(plan).toMatchObject({ value: { name: 'other', equal: { added: [] } } });
    expect(plan.ok && plan.value.notes.join('\n')).toContain(
      'called other, not my_shop as Compose does: volumes of my_shop stay, unused',
    );
  });

  it('makes the .env that services take their variables from', async () => {
    const files = {
      'compose.yaml':
        'services: { web: { image: "x:${TAG}", env_file: [.env] }, job: { image: y, env_file: .env } }\n',
      '.env.example': 'TAG=3\n',
    };
    const { plan } = await planned(files);
    expect(plan.equal).toEqual({ judge: 'dev config', added: [] });
    expect(plan.files).toContainEqual(
      expect.objectContaining({ path: '.env', action: 'create', text: 'TAG=3\n' }),
    );
    const without = { ...DEFAULTS, env: () => Promise.resolve(ok(false)) };
    const refused = await planInit(REQUEST, without, initWorld(files));
    expect(JSON.stringify(refused)).toContain('There is no file .env');
  });

  it('makes what services take in folders below, of examples beside, and nothing else', async () => {
    const files = {
      'compose.yaml': `
services:
  web: { image: "x:\${TAG}", env_file: [backend/.env, conf/app.env] }
  job: { image: y, env_file: [{ path: backend/.env.dev, required: false }] }
  ui: { image: z, env_file: ui/.env }
`,
      '.env.example': 'TAG=3\n',
      'backend/.env.example': 'A=1\n',
      'backend/.env.dev-sample': 'B=1\n',
      'conf/app.env.template': 'C=1\n',
      'conf/other.env.template': 'D=1\n',
      'ui/.env': 'E=1\n',
      'ui/.env.example': 'E=2\n',
      '.gitignore': 'node_modules\n',
      'backend/.gitignore': '.env.dev\n',
    };
    const asked: unknown[] = [];
    const world = initWorld(files);
    const env: typeof DEFAULTS.env = (missing) => {
      asked.push(...missing.map(({ path, example }) => `${path} ${example}`));
      return Promise.resolve(ok(true));
    };
    const plan = await planInit(REQUEST, { ...DEFAULTS, env }, world);
    if (!plan.ok) throw new Error(JSON.stringify(plan.failure));
    expect(asked.sort()).toEqual([
      '.env .env.example',
      'backend/.env backend/.env.example',
      'backend/.env.dev backend/.env.dev-sample',
      'conf/app.env conf/app.env.template',
    ]);
    expect(plan.value.equal).toEqual({ judge: 'dev config', added: [] });
    expect(applyInit(plan.value, world).ok).toBe(true);
    expect(world.files.text('/p/backend/.env')).toBe('A=1\n');
    expect(world.files.mode('/p/backend/.env')).toBe(0o600);
    expect(world.files.text('/p/ui/.env')).toBe('E=1\n');
    expect(world.files.text('/p/.gitignore')).toMatch(/^\.env\n\/conf\/app\.env\n/m);
    const without = { ...DEFAULTS, env: () => Promise.resolve(ok(false)) };
    const refused = await planInit(REQUEST, without, initWorld(files));
    expect(JSON.stringify(refused)).toContain('cp backend/.env.example backend/.env');
  });

  it('says which lockfile counts where several package managers have one, once', async () => {
    const files = {
      'a/package.json': '{"scripts":{"start":"node ."}}',
      'b/package.json': '{"scripts":{"start":"node ."}}',
      'c/package.json': '{"scripts":{"start":"node ."}}',
      'c/package-lock.json': '{}',
      'c/npm-shrinkwrap.json': '{}',
      'package.json': '{"packageManager":"pnpm@9.1.0","workspaces":["a","b"]}',
      'pnpm-lock.yaml': '',
      'yarn.lock': '',
    };
    const { plan } = await planned(files);
    expect(plan.notes.filter((note) => note.includes('lock'))).toEqual([
      'pnpm installs, by pnpm-lock.yaml; yarn.lock is not read: remove what nobody uses, or name the other with "packageManager" in package.json',
    ]);
  });

  it('shows and asks only what a plain dev up brings up', async () => {
    const files = {
      'compose.yaml': `
services:
  web: { image: nginx, ports: ['80:80'] }
  seed: { image: nginx, ports: ['81:80'], profiles: [seed] }
  admin: { image: nginx, ports: ['82:80'], profiles: [ops, seed] }
  db: { image: postgres, profiles: [full] }
`,
    };
    const definition = async (more: Readonly<Record<string, string>>): Promise<string> => {
      const { plan } = await planned({ ...files, ...more });
      return plan.files.find(({ path }) => path === 'dev.yaml')?.text ?? '';
    };
    const plain = await definition({});
    expect(plain).toMatch(/- logs: web\n/);
    expect(plain).toMatch(/web: \{ request: tcp/);
    expect(plain).not.toMatch(/seed|admin|db/);
    const more = await definition({ '.env': 'COMPOSE_PROFILES=ops,full\n' });
    expect(more).toMatch(/- logs: web\n +- logs: admin\n/);
    expect(more).toContain('- console: db');
    expect(more).not.toContain('seed');
  });

  it('makes a project of code without a Compose file', async () => {
    const { plan, world } = await planned({
      'web/package.json': '{"scripts":{"dev":"vite"},"engines":{"node":">=22"}}',
      'api/go.mod': 'module x\n',
      'api/main.go': 'package main\n',
      'jobs/Cargo.toml': '[package]\nname = "jobs"\n',
      'jobs/src/main.rs': '',
      '.env.sample': 'A=1\n',
      '.gitignore': 'node_modules',
      '.gitattributes': '*.png binary\n',
    });
    expect(applyInit(plan, world).ok).toBe(true);
    const project = readProject('/p', world);
    if (!project.ok) throw new Error(JSON.stringify(project.failure));
    expect(project.value.modules.map(({ name, image }) => [name, image])).toEqual([
      ['api', 'go'],
      ['jobs', 'rust'],
      ['web', 'node'],
    ]);
    expect(world.files.text('/p/compose/dev.yaml')).toContain("ports: ['5173:5173']");
    expect(world.files.text('/p/base-images/rust/Dockerfile')).toContain('apt-install cargo');
    expect(world.files.text('/p/.env')).toBe('A=1\n');
    expect(world.files.text('/p/.gitignore').startsWith('node_modules\n\n# Made by dev\n')).toBe(
      true,
    );
    expect(world.files.text('/p/.gitattributes')).toBe(
      '*.png binary\n\n# Made by dev\n/dev text eol=lf\n',
    );
    expect(plan.notes.join('\n')).toContain('web/package.json asks for node >=22');
  });

  it('leaves addresses by name out where nobody wants them', async () => {
    const plan = await planInit({ ...REQUEST, router: false }, DEFAULTS, initWorld(COMPOSE));
    const text = plan.ok && plan.value.files.find(({ path }) => path === 'dev.yaml')?.text;
    expect(text).toMatch(/^name: p\n\n/);
  });

  it('takes all back when a file cannot be written', async () => {
    const { plan, world } = await planned({ ...COMPOSE, '.gitignore': 'x\n' });
    const before = world.files.paths();
    for (const path of plan.files.map((file) => `/p/${file.path}`)) {
      world.files.fault(path, 'write', 'ENOSPC');
      expect(applyInit(plan, world).ok, path).toBe(false);
      expect(world.files.paths()).toEqual(before);
      expect(world.files.text('/p/.gitignore')).toBe('x\n');
      world.files.heal();
    }
  });

  it('stops where a folder of the repository would mean something else with it', async () => {
    const world = initWorld({
      ...COMPOSE,
      'compose/dev.yaml': 'services: { web: { tty: true } }\n',
    });
    const plan = await planInit(REQUEST, DEFAULTS, world);
    expect(plan).toMatchObject({
      failure: [{ reason: 'definition', detail: ['services.web.tty: not there → true'] }],
    });
    expect(world.files.exists('/p/dev.yaml')).toBe(false);
  });

  it('writes over nothing: no launcher where something is called dev', async () => {
    const { plan } = await planned({ ...COMPOSE, 'dev/x': '' });
    expect(plan.files.map(({ path }) => path)).toEqual(['.gitignore', 'dev.yaml']);
    expect(plan.notes.join()).toContain('no launcher');
  });

  it('says so where it knows nothing, and what Compose says where that refuses', async () => {
    const nothing = await planInit(REQUEST, DEFAULTS, initWorld({ 'README.md': '' }));
    expect(nothing).toMatchObject({ failure: [{ reason: 'usage' }] });
    const wrong = initWorld({ 'compose.yaml': 'services: { web: { imge: x } }\n' });
    const refused = await planInit(REQUEST, DEFAULTS, wrong);
    expect(refused).toMatchObject({ failure: [{ at: { file: 'compose.yaml', line: 1 } }] });
  });

  it('proposes what is right, whatever is found', async () => {
    const manifests: Readonly<Record<string, string>> = {
      'package.json': '{"name":"@a/b: #","scripts":{"dev":"vite","test":"x","lint":"y"}}',
      'requirements.txt': 'flask\n',
      'app.py': 'app = Flask(__name__)\n',
      'go.mod': 'module x\ngo 1.99\n',
      'main.go': 'package main\n',
      'Cargo.toml': '[package]\nname = "a"\n',
      'pom.xml': '<spring-boot/>',
      Procfile: 'web: x: y # z\nworker: "q" \'w\' $PORT\n',
      Makefile: 'all:\n\techo\n',
      'manage.py': '',
    };
    const folder = fc.constantFrom('', 'api/', 'host/', 'a b/', 'x/api/', 'dev/', 'compose/', '1/');
    const file = fc.tuple(folder, fc.constantFrom(...Object.keys(manifests)));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(file, { minLength: 1, maxLength: 12, selector: String }),
        async (some) => {
          const world = initWorld(
            Object.fromEntries(some.map(([at, name]) => [`${at}${name}`, manifests[name] ?? ''])),
          );
          const plan = await planInit(REQUEST, DEFAULTS, world);
          if (!plan.ok) {
            expect(plan.failure.map(({ reason }) => reason)).toEqual(['usage']);
            return;
          }
          expect(applyInit(plan.value, world).ok).toBe(true);
          const project = readProject('/p', world);
          expect(project.ok, JSON.stringify(project)).toBe(true);
          if (!project.ok) return;
          expect(project.value.modules.map(({ run }) => run)).toEqual(
            plan.value.modules.map(({ run }) => run),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what is the same', () => {
  it('is everything that was there; what is new beside it is named', () => {
    const before = { name: 'a', services: { web: { ports: [1] } }, networks: { default: null } };
    const after = { ...before, services: { ...before.services, api: {} } };
    expect(compareDocuments(before, after)).toEqual({ changed: [], added: ['api'] });
    const other = { ...before, name: 'b', services: { web: { ports: [2] } } };
    expect(compareDocuments(before, other).changed).toEqual([
      ['name', 'a', 'b'],
      ['services.web.ports', [1], [2]],
    ]);
  });
});

describe('the launcher of a project', () => {
  it('pins the very package that runs', () => {
    const hash = `sha512-${'a/'.repeat(43)}==`;
    const place = `/home/ann/.cache/onestack/onestack-dev@1.2.3/${hash}/package`;
    expect(pinOfPlace(place)).toEqual({ version: '1.2.3', integrity: hash });
    expect(pinOfPlace('/usr/lib/node_modules/onestack-dev')).toBeUndefined();
    expect(pinOfPlace('/x/onestack-dev@1.2.3/sha512-short==/package')).toBeUndefined();
  });
});

describe('the version that code asks for', () => {
  it.each([
    ['node', '20', true],
    ['node', 'v20.11.1', true],
    ['node', '>=18', true],
    ['node', '^18 || ^20', true],
    ['node', '>=22', false],
    ['node', '24', false],
    ['node', '18', false],
    ['node', 'lts/*', true],
    ['python', '>=3.11', true],
    ['python', '3.11.4', false],
    ['python', '<3.13', false],
    ['go', '1.21', true],
    ['go', '1.99', false],
    ['java', '17', true],
  ])('%s %s: %s', (image, version, served) => {
    const wants = { version, at: 'x:1' };
    const note = versionNote({ name: 'm', image, wants });
    expect(note === undefined).toBe(served);
  });

  it('is told once where one file asks it of several modules', () => {
    const wants = { version: '18', at: '.nvmrc' };
    const modules = ['web', 'api'].map((name) => ({ name, image: 'node', wants }));
    const other = { name: 'old', image: 'python', wants: { version: '3.9', at: 'x:1' } };
    const notes = versionNotes([...modules, other]);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toContain('.nvmrc asks for node 18; the base image of web, api has');
  });
});
