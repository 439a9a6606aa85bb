import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  definitionsOf,
  initialize,
  open,
  startLanguageServer,
  typescriptErrors,
} from '../support/language-server.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';

/** A package of a workspace that imports another one of it, and one of the registry. */
const MAIN = `import { greet } from 'lib';
import pc from 'picocolors';

export const line: string = pc.bold(greet('Ada'));
`;

const suite = rigForSuite({
  copyOf: 'test/fixtures/languages',
  files: Object.fromEntries(
    ['pnpm', 'yarn'].flatMap((manager) => [
      [`${manager}-workspace/packages/app/main.ts`, MAIN],
      [
        `${manager}-workspace/packages/lib/index.d.ts`,
        'export declare function greet(name: string): string;\n',
      ],
    ]),
  ),
});

/** What a command in a module's container prints. */
async function inside(module: string, ...argv: readonly string[]): Promise<string> {
  const ran = await suite().dev(['shell', module, '--', ...argv]);
  expect(ran.status, suite().transcript()).toBe(0);
  return ran.stdout;
}

async function logged(module: string): Promise<string> {
  return (await suite().dev(['logs', module])).stdout;
}

beforeAll(async () => {
  const up = await suite().dev(['up', '--yes', '--detach']);
  expect(up.status, suite().transcript()).toBe(0);
}, 400_000);

describe('a module’s locked dependencies are installed by', () => {
  it('pnpm, without a word of its version in package.json', async () => {
    expect(await logged('pnpm')).toContain('an hour has 3600000 ms');
    expect(await inside('pnpm', 'pnpm', '--version')).toMatch(/^10\./);
  });

  it('yarn 1, likewise', async () => {
    expect(await logged('yarn')).toContain('an hour has 3600000 ms');
    expect(await inside('yarn', 'yarn', '--version')).toMatch(/^1\./);
  });

  it('yarn 4, which package.json names', async () => {
    expect(await logged('berry')).toContain('an hour has 3600000 ms');
    expect(await inside('berry', 'yarn', '--version')).toBe('4.9.2\n');
  });

  it('bun, which comes from npm', async () => {
    expect(await logged('bun')).toContain('an hour has 3600000 ms');
  });

  it('pip, into an environment of the module', async () => {
    expect(await logged('python')).toContain('hello, Ada');
    const check = await suite().dev(['check', 'python']);
    expect(check.status, suite().transcript()).toBe(0);
  });
});

describe('Go', () => {
  it('takes the code of another module of its go.work, and follows it', async () => {
    expect(await logged('go-api')).toContain('an hour has 3600000 ms');
    suite().write('go/lib/lib.go', 'package lib\n\nconst Hour = 7\n');
    await expect.poll(() => logged('go-api'), { timeout: 60_000 }).toContain('an hour has 7 ms');
  });
});

describe('an editor on the host sees what was installed for a workspace', () => {
  it.each(['pnpm', 'yarn'])('of %s: packages, and each other’s code', async (manager) => {
    const root = suite().path(`${manager}-workspace`);
    const file = join(root, 'packages/app/main.ts');
    const program = join(REPOSITORY, 'node_modules/typescript-language-server/lib/cli.mjs');
    const server = startLanguageServer([process.execPath, program, '--stdio'], { cwd: root });
    await initialize(server, root);
    open(server, file, 'typescript', MAIN);
    expect(await typescriptErrors(server, file)).toEqual([]);
    const [bold = ''] = await definitionsOf(server, file, MAIN, 'bold(');
    expect(bold.startsWith(`${pathToFileURL(root).href}/`), bold).toBe(true);
    expect(bold).toMatch(/\/node_modules\/picocolors\/types\.d\.ts$/);
    const [greet] = await definitionsOf(server, file, MAIN, 'greet(');
    expect(greet).toBe(pathToFileURL(join(root, 'packages/lib/index.d.ts')).href);
    await server.close();
  });
});

describe('Java', () => {
  it('a host with Maven and without a network sees what containers downloaded', async () => {
    const image = (await suite().run(['docker', 'images', '--quiet', 'onestack/java'])).stdout;
    // What is needed to read a pom.xml tells, without any plugin of Maven's.
    const host = (repository: string) =>
      suite().run([
        ...['docker', 'run', '--rm', '--network=none', '--user=0', '--env=MAVEN_ARGS='],
        ...['--volume', `${suite().path('java')}:/clone:ro`, '--workdir=/clone'],
        ...['--volume', `${suite().path('.dev/packages')}:/packages`],
        ...[image.split('\n')[0] ?? '', 'mvn', '--offline', '--batch-mode', '--quiet'],
        ...[`-Dmaven.repo.local=${repository}`, 'validate'],
      ]);
    const [seen, elsewhere] = await Promise.all([host('/packages/maven'), host('/tmp/maven')]);
    expect(seen.status, seen.stdout).toBe(0);
    expect(elsewhere.stdout).toContain('com.example:bom');
    expect(elsewhere.status).not.toBe(0);
  });

  it('is compiled, and trusts the project’s certificates like everybody else', async () => {
    expect(await logged('java')).toContain('listening');
    expect(await inside('java', 'java', '-cp', 'out', 'Main', 'https://proxy/')).toBe('hello\n');
  });

  it('keeps its public authorities', async () => {
    const listed = await inside('java', 'keytool', '-list', '-cacerts', '-storepass', 'changeit');
    expect(listed.match(/trustedCertEntry/g)?.length).toBeGreaterThan(100);
  });
});
