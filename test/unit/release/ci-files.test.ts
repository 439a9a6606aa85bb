import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hostFiles } from '../../../src/adapters/files.ts';
import { readHost } from '../../../src/adapters/host.ts';
import { hostProcesses } from '../../../src/adapters/processes.ts';
import { generateCi } from '../../../src/app/ci-generate.ts';
import { CI_SERVICES, ciFile, type CiService } from '../../../src/release/ci-files.ts';
import { readWorkflow } from '../../support/github-parser.ts';
import { runGitLab } from '../../support/gitlab-runner.ts';

/**
 * The command in a file: GitHub's as its own parser reads it; of the others GitLab's is run below,
 * Bitbucket's is read as YAML, Jenkins' as a Groovy string.
 */
async function commandIn(service: CiService, text: string): Promise<string> {
  switch (service) {
    case 'github': {
      const { errors, commands } = await readWorkflow(text);
      expect(errors).toEqual([]);
      expect(commands).toHaveLength(1);
      return commands[0] ?? '';
    }
    case 'gitlab':
      return (parse(text) as { ci: { script: string[] } }).ci.script.join('\n');
    case 'bitbucket': {
      const file = parse(text) as { pipelines: { default: { step: { script: string[] } }[] } };
      return file.pipelines.default[0]?.step.script.join('\n') ?? '';
    }
    case 'jenkins':
      return (/sh '((?:[^'\\]|\\.)*)'/.exec(text)?.[1] ?? '').replace(/\\(.)/g, '$1');
  }
}

let repository = '';
beforeEach(() => {
  repository = realpathSync(mkdtempSync(join(tmpdir(), 'ci-files-')));
  execFileSync('git', ['init', '--quiet', repository]);
});
afterEach(() => {
  rmSync(repository, { recursive: true });
});

function project(folder: string): string {
  const path = join(repository, folder);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'dev.yaml'), 'name: shop\n');
  writeFileSync(join(path, 'dev'), '#!/bin/sh\npwd\necho "$@"\n');
  chmodSync(join(path, 'dev'), 0o755);
  return path;
}

const generate = async (root: string, service: CiService, check = false) => {
  const world = {
    files: hostFiles,
    processes: hostProcesses,
    host: readHost('/tool', '0.0.0'),
  };
  const made = await generateCi({ project: root, service, check, dryRun: false }, world);
  return made.ok ? made.value.path : made.failure.map(({ what }) => what).join();
};

describe.each(CI_SERVICES)('the file for %s', (service) => {
  it.each(['', 'shop', 'examples/my shop', `it's "here": $HOME & \\more`, '-x'])(
    'runs dev ci in the folder of the project: %s',
    async (folder) => {
      const root = project(folder);
      const command = await commandIn(service, ciFile(service, folder).text);
      const printed = execFileSync('sh', ['-c', command], { cwd: repository, encoding: 'utf8' });
      expect(printed).toBe(`${root}\n--yes ci\n`);
    },
  );

  it('is ten lines, written where the service looks, and found out of date', async () => {
    const { path, text } = ciFile(service, '');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    const root = project('');
    expect(await generate(root, service, true)).toBe(`there is no ${path}`);
    expect(await generate(root, service)).toBe(path);
    expect(readFileSync(join(repository, path), 'utf8')).toBe(text);
    expect(await generate(root, service, true)).toBe(path);
    writeFileSync(join(repository, path), `${text}\n`);
    expect(await generate(root, service, true)).toBe(`${path} is out of date`);
    expect(await generate(root, service)).toBe(path);
    writeFileSync(join(repository, path), 'mine: true\n');
    expect(await generate(root, service)).toContain('is there already, and was not made by dev');
    expect(readFileSync(join(repository, path), 'utf8')).toBe('mine: true\n');
  });

  it('lies at the root of the repository, and needs a launcher to call', async () => {
    const root = project('sub');
    expect(await generate(root, service)).toBe(ciFile(service, 'sub').path);
    expect(readFileSync(join(repository, ciFile(service, '').path), 'utf8')).toBe(
      ciFile(service, 'sub').text,
    );
    rmSync(join(root, 'dev'));
    expect(await generate(root, service)).toContain('no launcher');
  });
});

describe('GitHub’s own parser', () => {
  it.each([
    ['a word that it does not know', '    steps:', '    stepz:'],
    ['a trigger that there is not', '[push, pull_request]', '[push, pul_request]'],
    ['a permission that there is not', 'contents: read', 'contents: reed'],
  ])('refuses %s, so that it would find it in our file', async (_what, ours, wrong) => {
    const { text } = ciFile('github', '');
    expect(text).toContain(ours);
    expect((await readWorkflow(text.replace(ours, wrong))).errors).not.toEqual([]);
  });
});

describe('a GitLab runner', () => {
  it.each(['', 'examples/my shop', `it's "here": $HOME & \\more`])(
    'runs dev ci in the folder of the project: %s',
    async (folder) => {
      const root = project(folder);
      await generate(root, 'gitlab');
      const { status, output } = await runGitLab(repository);
      expect(status, output).toBe(0);
      expect(output).toContain(`ci > ${root}\n`);
      expect(output).toContain('ci > --yes ci\n');
    },
  );

  it('fails with it, and refuses a file that is wrong', async () => {
    const root = project('');
    await generate(root, 'gitlab');
    writeFileSync(join(root, 'dev'), '#!/bin/sh\nexit 3\n');
    expect((await runGitLab(repository)).status).not.toBe(0);
    writeFileSync(
      join(root, '.gitlab-ci.yml'),
      ciFile('gitlab', '').text.replace('script', 'scirpt'),
    );
    expect((await runGitLab(repository)).output).toMatch(/scirpt|script/);
    expect((await runGitLab(repository)).status).not.toBe(0);
  });
});
