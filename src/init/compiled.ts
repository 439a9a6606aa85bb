import { posix } from 'node:path';
import type { FoundCode } from './found.ts';
import type { Repository } from './repository.ts';
import { wantedVersion } from './wanted.ts';

const GO_LISTENS = /ListenAndServe(?:TLS)?\(\s*"[^":]*:(\d{2,5})"|\.Run\("[^":]*:(\d{2,5})"/;
const GO_MAIN = /^package main$/m;

/** A folder with a go.mod. Of several commands below `cmd` the first by name is run. */
export function goCode(folder: string, repository: Repository): FoundCode | undefined {
  const path = posix.join(folder, 'go.mod');
  const text = repository.read(path);
  if (text === undefined) return undefined;
  const wants = wantedVersion('go', folder, repository);
  const calls = /^module (\S+)/m.exec(text)?.[1];
  const main = goMain(folder, repository);
  const port = main === undefined ? null : GO_LISTENS.exec(main.text);
  const found = Number(port?.[1] ?? port?.[2]);
  const isTested = repository.paths.some(
    (one) => one.endsWith('_test.go') && (folder === '.' || one.startsWith(`${folder}/`)),
  );
  return {
    image: 'go',
    by: path,
    ...(calls !== undefined && { calls: posix.basename(calls) }),
    ...(wants !== undefined && { wants }),
    compile: main === undefined ? 'go build ./...' : `go build -o bin/app ${main.package}`,
    ...(isTested && { test: 'go test ./...' }),
    lint: 'go vet ./...',
    ...(main !== undefined && { run: 'bin/app', artifact: ['bin'] }),
    ...(found > 0 && { port: found }),
  };
}

function goMain(
  folder: string,
  repository: Repository,
): { readonly package: string; readonly text: string } | undefined {
  const below = folder === '.' ? '' : `${folder}/`;
  const sources = repository.paths.filter(
    (path) =>
      path.startsWith(below) && /^(?:cmd\/[^/]+\/)?[^/]+\.go$/.test(path.slice(below.length)),
  );
  for (const path of sources.filter((one) => !one.endsWith('_test.go'))) {
    const text = repository.read(path) ?? '';
    if (!GO_MAIN.test(text)) continue;
    const at = posix.dirname(path.slice(below.length));
    return { package: at === '.' ? '.' : `./${at}`, text };
  }
  return undefined;
}

/** A folder with a pom.xml or a Gradle build. */
export function javaCode(folder: string, repository: Repository): FoundCode | undefined {
  const names = repository.names(folder);
  const has = (name: string): boolean => names.includes(name);
  const pom = repository.read(posix.join(folder, 'pom.xml'));
  if (pom !== undefined) {
    const mvn = has('mvnw') ? './mvnw' : 'mvn';
    const wants = wantedVersion('java', folder, repository);
    const at = posix.join(folder, 'pom.xml');
    const isBoot = /spring-boot/.test(pom);
    return {
      image: 'java',
      by: at,
      ...(wants !== undefined && { wants }),
      compile: `${mvn} --batch-mode --quiet -DskipTests package`,
      test: `${mvn} --batch-mode --quiet test`,
      ...(isBoot && { run: 'exec java -jar target/*.jar', port: 8080 }),
      artifact: ['target'],
    };
  }
  const build = ['build.gradle', 'build.gradle.kts'].find(has);
  if (build === undefined || !has('gradlew')) return undefined;
  const isBoot = /springframework\.boot/.test(repository.read(posix.join(folder, build)) ?? '');
  return {
    image: 'java',
    by: posix.join(folder, build),
    compile: './gradlew --no-daemon assemble',
    test: './gradlew --no-daemon test',
    ...(isBoot && { run: 'exec java -jar build/libs/*.jar', port: 8080 }),
    artifact: ['build'],
  };
}

/** A folder with a Cargo.toml: of a package, not of a workspace alone. */
export function rustCode(folder: string, repository: Repository): FoundCode | undefined {
  const path = posix.join(folder, 'Cargo.toml');
  const text = repository.read(path);
  const calls = /^\[package\][^[]*?^name\s*=\s*"([^"]+)"/ms.exec(text ?? '')?.[1];
  if (text === undefined || calls === undefined) return undefined;
  const isProgram = repository.has(posix.join(folder, 'src/main.rs'));
  const isLocked = repository.has(posix.join(folder, 'Cargo.lock'));
  return {
    image: 'rust',
    by: path,
    calls,
    ...(isLocked && {
      install: {
        run: 'cargo fetch --locked',
        lockfiles: ['Cargo.lock', 'Cargo.toml'],
        directories: [],
      },
    }),
    compile: 'cargo build',
    test: 'cargo test',
    ...(isProgram && { run: `target/debug/${calls}` }),
    artifact: ['target'],
  };
}
