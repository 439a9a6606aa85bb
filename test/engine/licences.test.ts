import { afterAll, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeBakedImages } from '../support/baked-images.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const licence = (id: string): string =>
  readFileSync(join(REPOSITORY, `licences/${id}.txt`), 'utf8').replace('<year>', '2024');

const POM = (artifact: string, inner: string): string =>
  `<project>${inner}<groupId>org.example</groupId><artifactId>${artifact}</artifactId><version>1.0</version></project>`;
/** As Maven would have put them there. */
const DOWNLOAD = [
  POM(
    'parent',
    '<licenses><license><name>The Apache Software License, Version 2.0</name></license></licenses>',
  ),
  POM(
    'free',
    '<parent><groupId>org.example</groupId><artifactId>parent</artifactId><version>1.0</version></parent>',
  ),
  POM('closed', ''),
]
  .map((pom, at) => `printf "%s" "${pom}" > /var/cache/onestack/maven/${String(at)}.pom`)
  .join(' && ');
const DEPENDENCY = (artifact: string): string =>
  `<dependency><groupId>org.example</groupId><artifactId>${artifact}</artifactId><version>1.0</version></dependency>`;

const vendored = (path: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries({ 'a.go': 'package any\n\nconst One = 1\n', ...files }).map(([name, text]) => [
      `server/vendor/${path}/${name}`,
      text,
    ]),
  );

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
pipeline: { smoke: false }
modules:
  server: { image: go, install: 'true', compile: go build -mod=vendor -o dist/server ., run: dist/server, artifact: [dist] }
  worker:
    image: java
    install: { run: 'mkdir -p /var/cache/onestack/maven && ${DOWNLOAD}', lockfiles: [pom.xml] }
    run: java Main.java
gates:
  server: { licences: { allow: [MIT, BSD-3-Clause, Apache-2.0] } }
  worker: { licences: { allow: [Apache-2.0] } }
`,
    '.gitignore': '.dev/\ndist/\ndev.settings.yaml\n',
    'server/go.mod': `module example.com/server

go 1.23

require (
	example.com/both v1.0.0
	example.com/changed v1.0.0
	example.com/free v1.0.0
	example.com/mute v1.0.0
)
`,
    // `testonly` is locked since tests of others need it, and is no part of the program.
    'server/go.sum': ['both', 'changed', 'free', 'mute', 'testonly']
      .map((name) => `example.com/${name} v1.0.0 h1:${'a'.repeat(43)}=\n`)
      .join(''),
    'server/main.go': `package main

import (
	"example.com/both"
	"example.com/changed"
	"example.com/free/inner"
	"example.com/mute"
)

func main() { println(any.One) }
`.replaceAll(/"(example[^"]*)"/g, (_, path: string) =>
      path.endsWith('inner') ? `any "${path}"` : `_ "${path}"`,
    ),
    'server/vendor/modules.txt': ['both', 'changed', 'free', 'mute']
      .map((name) => {
        const pack = name === 'free' ? 'free/inner' : name;
        return `# example.com/${name} v1.0.0\n## explicit; go 1.23\nexample.com/${pack}\n`;
      })
      .join(''),
    ...vendored('example.com/both', {
      'LICENSE-MIT': licence('MIT'),
      'LICENSE-APACHE.txt': licence('Apache-2.0'),
    }),
    ...vendored('example.com/changed', {
      LICENSE: `${licence('MIT')}\nThe Software may only be used by people who have signed a contract with the authors of it, which costs money each month and ends with the year in which it was signed.\n`,
    }),
    ...vendored('example.com/free/inner', {}),
    'server/vendor/example.com/free/LICENSE': licence('BSD-3-Clause'),
    ...vendored('example.com/mute', {}),
    'worker/Main.java': 'class Main { public static void main(String[] a) {} }\n',
    'worker/pom.xml': `<project><dependencies>${DEPENDENCY('free')}${DEPENDENCY('closed')}</dependencies></project>`,
  },
});

afterAll(async () => {
  await removeBakedImages(suite().name);
});

it('licences of Go modules and of Maven’s packages are read from what was downloaded', async () => {
  const commit = ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'any'];
  for (const argv of [['init', '--quiet'], ['add', '--all', '--force'], commit])
    expect((await suite().run(['git', ...argv])).status, suite().transcript()).toBe(0);
  const ran = await suite().dev(['--yes', 'ci']);
  expect(ran.status, suite().transcript()).toBe(1);
  const told = ran.stderr.split('\n').map((line) => line.replace(/^[ │]+/, ''));
  expect(told.filter((line) => line.startsWith('at '))).toEqual(
    expect.arrayContaining([
      'at example.com/changed@v1.0.0: does not say its licence',
      'at example.com/mute@v1.0.0: does not say its licence',
      'at org.example:closed@1.0: does not say its licence',
    ]),
  );
  expect(ran.stderr).toContain('2 of 4 packages have a licence that may not be used');
  expect(ran.stderr).toContain('1 of 2 packages have a licence that may not be used');
  suite().write(
    'dev.yaml',
    suite()
      .read('dev.yaml')
      .replace('[MIT, BSD-3-Clause, Apache-2.0]', '[MIT, BSD-3-Clause], except: [example.com/*e*]')
      .replace('allow: [Apache-2.0]', 'deny: [Apache-*]'),
  );
  for (const argv of [['add', '--all'], commit]) await suite().run(['git', ...argv]);
  const both = await suite().dev(['--yes', 'ci']);
  expect(both.stderr).toContain('at example.com/both@v1.0.0: Apache-2.0 AND MIT');
  expect(both.stderr).toContain('at org.example:free@1.0: Apache-2.0');
  const left = await runProgram([
    ...['find', suite().places().delivery.runs, '-name', '.onestack-licences'],
  ]);
  expect(left.stdout).toBe('');
});
