import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { removeBakedImages } from '../support/baked-images.ts';
import { placesIn } from '../support/places.ts';
import { REPOSITORY, rigForSuite } from '../support/rig.ts';
import { storedDigests } from '../support/stored-digests.ts';

const PYTHON = join(REPOSITORY, 'test/fixtures/languages/python');
const VENV = 'python3 -m venv .venv && .venv/bin/pip install -r requirements.txt';
/** As docs/delivery.md says it: archives of Java hold times, which `jar` is told. */
const JAR = [
  // Maven keeps to a property of its own.
  'echo "$MAVEN_ARGS" | grep -- "-Dmaven.repo.local=.* -Dproject.build.outputTimestamp=$SOURCE_DATE_EPOCH$"',
  'mkdir -p out dist && javac -d out src/*.java',
  'jar --create --file dist/app.jar --main-class Main --date $(date -u -d @$SOURCE_DATE_EPOCH +%FT%TZ) -C out .',
].join(' && ');

const suite = rigForSuite({
  files: {
    'dev.yaml': `
name: any
pipeline: { smoke: false }
modules:
  go: { image: go, compile: go build -o dist/go ., run: dist/go, artifact: [dist] }
  java: { image: java, install: false, compile: '${JAR}', run: java -jar dist/app.jar, artifact: [dist] }
  python:
    image: python
    run: .venv/bin/python main.py
    install:
      run: 'true'
      production: ${VENV}
      lockfiles: [requirements.txt, wheels/greeting-1.0-py3-none-any.whl]
      directories: [.venv]
`,
    '.gitignore': '.dev/\nout/\ndist/\ndev.settings.yaml\n',
    'go/go.mod': 'module example.com/go\n\ngo 1.24\n',
    'go/main.go': 'package main\n\nfunc main() { println("hello") }\n',
    'java/src/Main.java':
      'class Main { public static void main(String[] a) { System.out.println(new Other()); } }\n',
    'java/src/Other.java': 'class Other { public String toString() { return "hello"; } }\n',
  },
});

afterAll(async () => {
  await removeBakedImages(suite().name);
});

it('Go, Java and Python make the same bytes of the same commit in another folder', async () => {
  cpSync(PYTHON, suite().path('python'), { recursive: true });
  // All that is committed is packed; where links lead, this machine need not have.
  symlinkSync('../../../../nowhere', suite().path('python/away'));
  symlinkSync('/etc/hostname', suite().path('python/host'));
  const commit = ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'any'];
  for (const argv of [['init', '--quiet'], ['add', '--all'], commit])
    expect((await suite().run(['git', ...argv])).status, suite().transcript()).toBe(0);
  const clone = mkdtempSync(join(tmpdir(), `${suite().name}-clone-`));
  onTestFinished(() => {
    rmSync(placesIn(clone).delivery.folder, { recursive: true, force: true });
    rmSync(clone, { recursive: true });
  });
  cpSync(suite().directory, clone, { recursive: true });
  // One after the other: bytes that a time is part of differ.
  for (const folder of [suite().directory, clone]) {
    const built = await suite().dev(['--yes', '--project', folder, 'ci']);
    expect(built.status, built.stderr).toBe(0);
  }
  const made = storedDigests(suite().directory);
  expect(storedDigests(clone)).toEqual(made);
  // Three artifacts, what Python installs for production, and the profiles.
  expect(made).toHaveLength(5);
});
